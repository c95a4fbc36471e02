import ArgumentParser
import Postgres
import Store

/// What every command has that is carried out by a daemon: where it is, and how long its outcome is waited for.
struct OperatorRequest: ParsableArguments {
    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Option(
        help: ArgumentHelp("How long to wait for the outcome; with 0 not at all. Default: 10s", valueName: "time"),
        transform: waitingTime)
    var wait: Duration?

    private static let pollInterval: Duration = .milliseconds(100)

    /// Queues what `function` of schema confirmd asks for, waits for a daemon to carry it out, and prints the outcome.
    func carryOut(
        _ function: String, _ subject: PostgresValue..., reason: String, options: [PostgresValue] = []
    ) async throws {
        let connection = try config.connection()
        let values = subject + [.text(reason)] + options
        let places = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let number: Int64 = try await connection.query(
            "SELECT confirmd.\(function)(\(places)) AS number", values
        ).only.decode("number")
        let command = try await outcome(of: number, Reader(connection))
        if output.json { write(command.json + "\n") }
        let text = try command.columns.outcomeText()
        if !output.json { write(text + "\n") }
    }

    /// The command once it is decided, or as it is when the time is up. An outage meanwhile changes nothing: it is queued.
    private func outcome(of number: Int64, _ reader: Reader) async throws -> ViewRow<OperatorCommandColumns> {
        let end = ContinuousClock.now + (wait ?? .seconds(10))
        while true {
            let isLast = ContinuousClock.now >= end
            do {
                if let command = try await reader.operatorCommand(number), isLast || command.outcome != nil {
                    return command
                }
            } catch let error as PostgresError where error.disposition == .retry && !isLast {
            }
            try await Task.sleep(for: Self.pollInterval)
        }
    }
}

/// Reads how long to wait: `10s`, or plain 0.
@Sendable private func waitingTime(_ text: String) throws -> Duration {
    guard let duration = text == "0" ? .zero : Duration(written: text) else {
        throw ValidationError("'\(text)' is no time such as 500ms, 10s or 2m.")
    }
    return duration
}

extension ArgumentHelp {
    /// What an operator gives for the record.
    static var reason: Self { ArgumentHelp("Why, for the record: 1 to 500 characters.", valueName: "text") }
}
