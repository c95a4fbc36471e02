import Foundation
import Logging

/// Writes each event as a line to standard error, in the journal's form when that is where it leads.
struct StandardErrorLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let isJournal: Bool

    init(level: Logger.Level) {
        logLevel = level
        isJournal = Self.leadsToJournal(ProcessInfo.processInfo.environment["JOURNAL_STREAM"])
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        if let error = event.error { all["error"] = "\(error)" }
        let line = isJournal ? LogLine.journal(event, all) : LogLine.plain(event, all, at: Date())
        // One call a line: lines of several threads don't mix.
        write(line + "\n", to: STDERR_FILENO)
    }

    /// systemd names device and inode of the stream it gave us (systemd.exec(5)); behind a redirection it is another.
    private static func leadsToJournal(_ stream: String?) -> Bool {
        guard let inode = stream?.split(separator: ":").last,
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(STDERR_FILENO)")
        else { return false }
        return target == "socket:[\(inode)]"
    }
}
