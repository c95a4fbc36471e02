import ArgumentParser

struct NetworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Resume or retire networks.",
        discussion: """
              confirmd network resume litecoin --reason "the node was repaired"
              confirmd network retire dash --reason "no longer offered"
            """,
        subcommands: [NetworkResumeCommand.self, NetworkRetireCommand.self])
}
