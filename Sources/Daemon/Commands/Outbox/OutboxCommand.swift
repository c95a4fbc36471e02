import ArgumentParser

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Read the events that other services consume.",
        discussion: """
              confirmd outbox read --follow | jq .type
              confirmd outbox consumers
            """,
        subcommands: [
            OutboxReadCommand.self, OutboxConsumersCommand.self, OutboxRemoveConsumerCommand.self,
            OutboxNewIncarnationCommand.self,
        ])
}
