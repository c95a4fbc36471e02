import ArgumentParser

struct NetworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Decides about networks.",
        subcommands: [NetworkResumeCommand.self, NetworkRetireCommand.self])
}
