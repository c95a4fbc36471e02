import ArgumentParser
import Postgres

/// How long a command waits for what a daemon makes of it; the same option for every such command.
struct WaitingOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long to wait for a daemon; with 0 not at all. Default: 10s", valueName: "time"),
        transform: waitingTime)
    var wait: Duration?

    @Flag(help: "Do not wait; the same as --wait 0.")
    var noWait = false

    private static let pollInterval: Duration = .milliseconds(100)

    func validate() throws {
        if noWait, wait != nil { throw ValidationError("--wait and --no-wait exclude each other.") }
    }

    /// Looks again and again until `isDone`, or the time is up; returns what was seen last. An outage of the database
    /// meanwhile is waited for, too: what was asked for is stored.
    func look<Seen>(isDone: (Seen) -> Bool, _ look: () async throws -> Seen) async throws -> Seen {
        let end = ContinuousClock.now + (noWait ? .zero : wait ?? .seconds(10))
        while true {
            let isLast = ContinuousClock.now >= end
            do {
                let seen = try await look()
                if isLast || isDone(seen) { return seen }
            } catch let error as PostgresError where error.disposition == .retry && !isLast {
            }
            try await Task.sleep(for: Self.pollInterval)
        }
    }
}

/// Reads how long to wait: `10s`, or plain 0.
@Sendable private func waitingTime(_ text: String) throws -> Duration {
    guard let duration = text == "0" ? .zero : Duration(written: text) else {
        throw ValidationError("'\(text)' is not a time such as 500ms, 10s or 2m.")
    }
    return duration
}
