import ArgumentParser

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Show confirmation policies and try out others.",
        discussion: """
              confirmd policy show litecoin
              confirmd policy try /etc/confirmd/networks.d/litecoin.yaml
            """,
        subcommands: [PolicyShowCommand.self, PolicyTryCommand.self])
}
