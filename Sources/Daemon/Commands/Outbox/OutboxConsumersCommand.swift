import ArgumentParser
import Store

struct OutboxConsumersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consumers",
        abstract: "Show who reads the outbox and how far each consumer is.",
        discussion: """
            A consumer stores its place with confirmd.acknowledge. Old events are kept until every consumer has read them,
            so one that is gone for good holds them for ever, until it is removed (confirmd outbox remove-consumer).

              confirmd outbox consumers --json | jq '.[] | select(.lag > 1000)'
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        output.show(
            try await config.reader().outboxConsumers(),
            as: [
                Column("CONSUMER") { $0.consumer },
                Column("ROLE") { $0.role },
                Column("POSITION", .right) { "\($0.position)" },
                Column("LAG", .right) { "\($0.lag)" },
                Column("WAITING SINCE") { $0.waitingSince?.moment },
                Column("ACKNOWLEDGED") { $0.acknowledgedAt.moment },
            ])
    }
}
