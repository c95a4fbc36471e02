import ArgumentParser
import Postgres
import Store

struct OutboxNewIncarnationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-incarnation",
        abstract: "Tell consumers, after a restore, that events they have seen may be gone.",
        discussion: """
            It takes effect at once, with or without a daemon: every event from then on is of the new incarnation. Consumers \
            go back to its first position and replace what they know from then on. A database that moved to another server \
            or timeline is noticed without this.

            A consumer or daemon that has seen a higher incarnation than the restored database has refuses it; it says which. \
            Give that one with --above, so that the new one is beyond all that anybody has seen.

              confirmd outbox new-incarnation --reason "restored from the backup of 31 January"
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Option(help: .reason) var reason: String

    @Option(
        help: ArgumentHelp(
            "The highest incarnation that a consumer has seen, where it is above those of this database.",
            valueName: "number"))
    var above: Int32?

    func run() async throws {
        let connection = try config.connection()
        let number: Int64 = try await connection.query(
            "SELECT confirmd.new_outbox_incarnation($1, $2) AS number", [.text(reason), .int4(above)]
        ).only.decode("number")
        let reader = Reader(connection)
        let command = try await reader.queuedCommand(number)
        if output.json { return write(command.json + "\n") }
        let newest = try await reader.outboxTurn(since: 0).newest
        write("\(try command.columns.outcomeText()): \(newest)\n")
    }
}
