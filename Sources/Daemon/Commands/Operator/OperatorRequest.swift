import ArgumentParser
import Postgres
import Store

/// What every command has that is carried out by a daemon: where it is, and how long its outcome is waited for.
struct OperatorRequest: ParsableArguments {
    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption
    @OptionGroup var waiting: WaitingOption

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
        let reader = Reader(connection)
        let command = try await waiting.look(isDone: { $0.outcome != nil }) { try await reader.queuedCommand(number) }
        if output.json { write(command.json + "\n") }
        let text = try command.columns.outcomeText()
        if !output.json { write(text + "\n") }
    }
}

extension ArgumentHelp {
    /// What an operator gives for the record.
    static var reason: Self { ArgumentHelp("The reason, for the record: 1 to 500 characters.", valueName: "text") }
}
