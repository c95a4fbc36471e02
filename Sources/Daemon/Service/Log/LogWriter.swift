import Dispatch
import Foundation
import Glibc
import Logging
import Synchronization

/// Writes the log's lines, in their order, from a queue of its own: nobody who has something to say waits for whoever reads it.
/// Where nobody reads, lines are lost once `capacity` of them wait; that is counted and said.
final class LogWriter: Sendable {
    /// Bytes of text that may wait.
    static let capacity = 1 << 20

    private struct Waiting {
        var bytes = 0
        /// Since it was last said.
        var lost = 0
    }

    private let waiting = Mutex(Waiting())
    private let queue = DispatchQueue(label: "log")
    private let write: @Sendable (LogLine) -> Void
    private let onLoss: @Sendable () -> Void

    /// - Parameters:
    ///   - write: takes its time; called for one line after the other.
    ///   - onLoss: called for each line that is lost.
    init(onLoss: @escaping @Sendable () -> Void = {}, to write: @escaping @Sendable (LogLine) -> Void) {
        self.onLoss = onLoss
        self.write = write
    }

    func append(_ line: LogLine) {
        let size = line.text.utf8.count
        let (fits, lost) = waiting.withLock { waiting in
            guard waiting.bytes + size <= Self.capacity || waiting.bytes == 0 else {
                waiting.lost += 1
                return (false, 0)
            }
            waiting.bytes += size
            defer { waiting.lost = 0 }
            return (true, waiting.lost)
        }
        guard fits else { return onLoss() }
        if lost > 0 { queue.async { self.tell(lost) } }
        queue.async { self.put(line, size) }
    }

    /// Waits until what was said is written, and no longer than that.
    func flush(within limit: Duration) {
        let written = DispatchSemaphore(value: 0)
        queue.async { written.signal() }
        _ = written.wait(timeout: .now() + limit / .seconds(1))
    }

    private func put(_ line: LogLine, _ size: Int) {
        write(line)
        let lost = waiting.withLock { waiting in
            waiting.bytes -= size
            // With nothing behind it to come before, it is said now.
            guard waiting.bytes == 0 else { return 0 }
            defer { waiting.lost = 0 }
            return waiting.lost
        }
        if lost > 0 { tell(lost) }
    }

    private func tell(_ lost: Int) {
        write(
            LogLine(
                .warning, "lines of the log were lost because nobody read it",
                ["lines": "\(lost)", "next": "see what keeps the journal, or whatever reads standard error, from it"]))
    }
}

extension LogWriter {
    /// To the journal where standard error leads there, else to standard error as it is.
    static func standardError(onLoss: @escaping @Sendable () -> Void) -> LogWriter {
        guard leadsToJournal else { return LogWriter(onLoss: onLoss) { tell($0.plain) } }
        let journal = JournalSocket()
        return LogWriter(onLoss: onLoss) { line in
            // What it does not take, as a line that is too long for it, goes the old way.
            if journal?.send(line) != true { tell(line.prioritized) }
        }
    }

    private static func tell(_ line: String) {
        try? Output.put(line + "\n", to: STDERR_FILENO)
    }

    /// systemd names device and inode of the stream it gave us (systemd.exec(5)); behind a redirection it is another.
    private static var leadsToJournal: Bool {
        guard let inode = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]?.split(separator: ":").last,
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(STDERR_FILENO)")
        else { return false }
        return target == "socket:[\(inode)]"
    }
}
