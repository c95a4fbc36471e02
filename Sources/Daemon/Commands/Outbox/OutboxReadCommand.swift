import ArgumentParser
import Postgres
import Store

struct OutboxReadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Print events in order, one JSON object per line.",
        discussion: """
            Positions have no gaps: remember the last one you have dealt with and go on from there. With --follow it \
            waits for more until it is told to stop (Ctrl-C, SIGTERM), through outages of the database too.

              confirmd outbox read --after 1017 --follow | jq .type
            """)

    @OptionGroup var config: ConfigurationOption

    @Flag(help: "Print JSON, one object per line; this is the default.")
    var json = false

    @Option(help: ArgumentHelp("Start after this position.", valueName: "position"))
    var after: Int64 = 0

    @Option(
        help: ArgumentHelp(
            "Print at most this many events. Default: 1000, with --follow no limit.", valueName: "number"),
        transform: rowLimit)
    var limit: Int64?

    @Flag(help: "Wait for more events.")
    var follow = false

    func run() async throws {
        let connection = try config.connection()
        guard follow else {
            let rows = try await Reader(connection).outbox(after: after, limit: limit ?? 1_000)
            return write(rows.map { $0.json + "\n" }.joined())
        }
        try await OutboxFollower(connection: connection, position: after, limit: limit).runUntilSignaled()
    }
}
