import Logging

/// What happened, line by line, with its instant; and a digest of it, so that runs can be compared without keeping it.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class Trace: @unchecked Sendable {
    fileprivate let loop: Loop
    fileprivate let isKept: Bool
    private let testimony: Testimony
    private(set) var lines: [String] = []
    /// What daemons logged as errors, but for what they have reason to.
    private(set) var errors: [String] = []
    /// Whether there is reason for an alarm.
    var isExpected: (Testimony.Alarm) -> Bool = { _ in false }

    init(loop: Loop, isKept: Bool, testimony: Testimony) {
        self.loop = loop
        self.isKept = isKept
        self.testimony = testimony
    }

    func callAsFunction(_ line: @autoclosure () -> String) {
        guard isKept else { return }
        lines.append("\(loop.now.seconds) \(line())")
    }

    func logger(of host: String) -> Logger {
        Logger(label: host) { _ in TraceHandler(trace: self, host: host, logLevel: self.isKept ? .debug : .notice) }
    }

    fileprivate func note(_ error: String) {
        if errors.count < 5 { errors.append(error) }
    }

    /// Takes note of what a line tells the operator of nodes; true when there is reason for it.
    fileprivate func heed(_ message: String, _ metadata: Logger.Metadata) -> Bool {
        guard let alarm = Testimony.Alarm(message, metadata) else { return false }
        let isExpected = isExpected(alarm)
        // A chain that went back too far is not a lie.
        if case .halted = alarm, isExpected { return true }
        testimony.note(alarm)
        return isExpected
    }
}

extension Testimony.Alarm {
    fileprivate init?(_ message: String, _ metadata: Logger.Metadata) {
        guard let lane = metadata["lane"]?.description else { return nil }
        switch message {
        case "nodes do not agree; nothing is credited from here on": self = .held(network: lane)
        case "nodes agree again": self = .agreed(network: lane)
        case "finality was taken back": self = .frozen(network: lane)
        case "blocks that the nodes had called settled are disconnected": self = .unsettled(network: lane)
        case "a branch that takes back settled blocks is refused": self = .defended(network: lane)
        case "halted": self = .halted(network: lane)
        case "node":
            guard let node = metadata["node"]?.description, metadata["health"]?.description != "healthy" else {
                return nil
            }
            self = .distrusted(node: node)
        default: return nil
        }
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
        let isExpected = event.level >= .notice && trace.heed(event.message.description, all)
        guard trace.isKept || event.level >= .error && !isExpected else { return }
        let details = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        trace("\(host) \(event.level): \(event.message) \(details)")
        if event.level >= .error, !isExpected {
            trace.note("\(host) at \(trace.loop.now.seconds): \(event.message) \(details)")
        }
    }
}
