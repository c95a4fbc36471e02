import Foundation
import Logging
import Testing

@testable import Daemon

@Suite struct LogLineTests {
    @Test func aLineHasTimeLevelMessageAndItsVariableParts() {
        let line = LogLine(
            .info, "connected", ["network": "litecoin", "height": "\(7)"], at: Date(timeIntervalSince1970: 1.5))
        #expect(line.plain == "time=1970-01-01T00:00:01.500Z level=info msg=connected height=7 network=litecoin")
    }

    @Test(arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func theJournalGetsAPriority(_ level: Logger.Level, _ priority: Int) {
        #expect(
            LogLine(level, "halted", ["network": "bsc"]).prioritized
                == "<\(priority)>level=\(level) msg=halted network=bsc")
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
        ("say \"x\"", "\"say \\\"x\\\"\""), ("a\nb", "\"a\\nb\""), ("back\\slash", "\"back\\\\slash\""),
        ("\u{1b}[31m", "\"\\u{1b}[31m\""), ("höhe", "höhe"), ("a\u{2028}b", "\"a\\u{2028}b\""),
        ("a\u{202e}b", "\"a\\u{202e}b\""),
    ])
    func aValueReadsBackAsOneWord(_ value: String, _ written: String) {
        #expect(LogLine(.info, "x", ["k": "\(value)"]).text == "level=info msg=x k=\(written)")
        #expect(LogLine(.info, value).text == "level=info msg=\(written)")
    }

    @Test func whatALoggerKnowsComesWithEveryEvent() {
        var log = ServiceLog(level: .debug, LogWriter { _ in })
        log[metadataKey: "network"] = "litecoin"
        #expect(log[metadataKey: "network"] == "litecoin" && log.logLevel == .debug)
    }
}
