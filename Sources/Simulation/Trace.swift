import Logging

/// What happened, line by line, with its instant; and a digest of it, so that runs can be compared without keeping it.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class Trace: @unchecked Sendable {
    fileprivate let loop: Loop
    private let isKept: Bool
    private(set) var lines: [String] = []
    /// What daemons logged as errors.
    private(set) var errors: [String] = []

    init(loop: Loop, isKept: Bool) {
        self.loop = loop
        self.isKept = isKept
    }

    func callAsFunction(_ line: @autoclosure () -> String) {
        guard isKept else { return }
        lines.append("\(loop.now.seconds) \(line())")
    }

    func logger(of host: String) -> Logger {
        Logger(label: host) { _ in TraceHandler(trace: self, host: host, logLevel: self.isKept ? .debug : .error) }
    }

    fileprivate func note(_ error: String) {
        if errors.count < 5 { errors.append(error) }
    }
}

/// Writes the daemons' own log into the trace.
private struct TraceHandler: LogHandler {
    let trace: Trace
    let host: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        trace("\(host) \(event.level): \(event.message) \(details)")
        if event.level >= .error { trace.note("\(host) at \(trace.loop.now.seconds): \(event.message) \(details)") }
    }
}
