import ArgumentParser

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check and show the configuration.",
        discussion: """
              confirmd config check
              confirmd config show --json | jq '.[] | select(.line == null)'
            """,
        subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self])
}
