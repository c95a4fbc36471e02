import Dispatch
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Daemon

@Suite struct LogWriterTests {
    /// A reader who reads only once he is let.
    private final class Reader: Sendable {
        let texts = Mutex<[String]>([])
        private let gate = DispatchSemaphore(value: 0)

        func read(_ line: LogLine) {
            gate.wait()
            gate.signal()
            texts.withLock { $0.append(line.text) }
        }

        func open() { gate.signal() }
    }

    @Test func linesComeInTheirOrder() {
        let texts = Mutex<[String]>([])
        let writer = LogWriter { line in texts.withLock { $0.append(line.message) } }
        for number in 0..<1_000 { writer.append(LogLine(.info, "\(number)")) }
        writer.flush(within: .seconds(60))
        #expect(texts.withLock { $0 } == (0..<1_000).map { "\($0)" })
    }

    @Test func whereNobodyReadsLinesAreLostAndThatIsSaid() {
        let reader = Reader()
        let lost = Mutex(0)
        let writer = LogWriter(onLoss: { lost.withLock { $0 += 1 } }, to: reader.read)
        let long = String(repeating: "x", count: 1_000)
        // Nobody waits here, though nobody reads.
        for number in 0..<3_000 { writer.append(LogLine(.info, "\(number) \(long)")) }
        let count = lost.withLock { $0 }
        #expect(count > 1_900 && count < 2_000)
        writer.flush(within: .milliseconds(1))
        reader.open()
        writer.flush(within: .seconds(60))
        writer.append(LogLine(.info, "and on"))
        writer.flush(within: .seconds(60))
        let texts = reader.texts.withLock { $0 }
        #expect(texts.count == 3_000 - count + 2)
        #expect(texts[texts.count - 2].hasPrefix("level=warning msg=\"lines of the log were lost"))
        #expect(texts[texts.count - 2].contains(" lines=\(count) "))
        #expect(texts.last == "level=info msg=\"and on\"")
    }

    @Test func aLineThatIsLongerThanAllThatMayWaitIsWritten() {
        let sizes = Mutex<[Int]>([])
        let writer = LogWriter { line in sizes.withLock { $0.append(line.message.count) } }
        writer.append(LogLine(.info, String(repeating: "x", count: LogWriter.capacity * 2)))
        writer.flush(within: .seconds(60))
        #expect(sizes.withLock { $0 } == [LogWriter.capacity * 2])
    }

    @Test func theJournalGetsFieldsOfItsOwn() async throws {
        let socket = try NotifySocket()
        let journal = try #require(JournalSocket(path: socket.name))
        #expect(journal.send(LogLine(.warning, "took the lane", ["lane": "litecoin", "a-b": "1"])))
        let place = try await socket.receives("a line") { $0["MESSAGE"] != nil }
        #expect(
            socket.messages[place] == [
                "MESSAGE": "level=warning msg=\"took the lane\" a-b=1 lane=litecoin", "PRIORITY": "4",
                "SYSLOG_IDENTIFIER": "confirmd", "CONFIRMD_LANE": "litecoin", "CONFIRMD_A_B": "1",
            ])
        #expect(JournalSocket(path: socket.name + "-not-there") == nil)
    }

    @Test func aValueOfSeveralLinesHasItsLengthBeforeIt() {
        let datagram = JournalSocket.datagram(LogLine(.error, "x", ["reason": "a\nb"]))
        let field = Array("CONFIRMD_REASON\n".utf8) + [3, 0, 0, 0, 0, 0, 0, 0] + Array("a\nb\n".utf8)
        #expect(datagram.suffix(field.count) == field[...])
    }
}
