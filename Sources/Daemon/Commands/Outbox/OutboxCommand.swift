import ArgumentParser

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Reads the events that other services consume.",
        subcommands: [OutboxReadCommand.self, OutboxConsumersCommand.self, OutboxNewIncarnationCommand.self])
}
