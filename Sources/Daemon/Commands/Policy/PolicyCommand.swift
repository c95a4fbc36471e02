import ArgumentParser

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Shows and tries out how many confirmations are asked for.",
        subcommands: [PolicyShowCommand.self, PolicyTryCommand.self])
}
