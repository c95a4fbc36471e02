import ArgumentParser

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Shows and tries out how many confirmations are asked for.",
        discussion: """
              confirmd policy show litecoin
              confirmd policy try /etc/confirmd/networks.d/litecoin.yaml
            """,
        subcommands: [PolicyShowCommand.self, PolicyTryCommand.self])
}
