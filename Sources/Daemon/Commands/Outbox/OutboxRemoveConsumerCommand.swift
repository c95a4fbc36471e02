import ArgumentParser
import Postgres
import Store

struct OutboxRemoveConsumerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove-consumer",
        abstract: "Remove a consumer of the outbox, so that old events no longer wait for it and its name is free.",
        discussion: """
            For one that is gone for good, and for a name that another role took first. It takes effect at once, with or \
            without a daemon. A consumer that still runs is there again with its next acknowledgment; what it has not read \
            may be dropped meanwhile.

              confirmd outbox remove-consumer old-shop --reason "replaced by shop-2"
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "As `confirmd outbox consumers` shows it.") var consumer: String

    @Option(help: .reason) var reason: String

    func run() async throws {
        let connection = try config.connection()
        let number: Int64 = try await connection.query(
            "SELECT confirmd.remove_consumer($1, $2) AS number", [.text(consumer), .text(reason)]
        ).only.decode("number")
        let command = try await Reader(connection).queuedCommand(number)
        write(output.json ? command.json + "\n" : "\(try command.columns.outcomeText())\n")
    }
}
