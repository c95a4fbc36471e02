import Foundation
import Logging
import Testing

@testable import Daemon

@Suite struct LogLineTests {
    private func event(_ message: String, _ level: Logger.Level = .info) -> LogEvent {
        LogEvent(
            level: level, message: "\(message)", metadata: nil, source: "x", file: "x", function: "x", line: 1)
    }

    @Test func aLineHasTimeLevelMessageAndItsVariableParts() {
        let line = LogLine.plain(
            event("connected"), ["network": "litecoin", "height": "\(7)"], at: Date(timeIntervalSince1970: 1.5))
        #expect(line == "1970-01-01T00:00:01.500Z info connected height=7 network=litecoin")
    }

    @Test(arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func theJournalGetsAPriority(_ level: Logger.Level, _ priority: Int) {
        #expect(LogLine.journal(event("halted", level), ["network": "bsc"]) == "<\(priority)>halted network=bsc")
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
        ("say \"x\"", "\"say \\\"x\\\"\""), ("a\nb", "\"a\\nb\""), ("back\\slash", "\"back\\\\slash\""),
        ("\u{1b}[31m", "\"\\u{1b}[31m\""), ("höhe", "höhe"), ("a\u{2028}b", "\"a\\u{2028}b\""),
    ])
    func aValueReadsBackAsOneWord(_ value: String, _ written: String) {
        #expect(LogLine.journal(event("x"), ["k": "\(value)"]) == "<6>x k=\(written)")
    }

    @Test func aMessageStaysOnItsLine() {
        #expect(LogLine.journal(event("two\nlines"), [:]) == "<6>two\\nlines")
    }

    @Test func whatALoggerKnowsComesWithEveryEvent() {
        var log = StandardErrorLog(level: .debug)
        log[metadataKey: "network"] = "litecoin"
        #expect(log[metadataKey: "network"] == "litecoin" && log.logLevel == .debug)
    }
}
