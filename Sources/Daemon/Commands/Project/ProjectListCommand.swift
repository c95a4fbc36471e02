import ArgumentParser
import Store

struct ProjectListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List projects and their terms.",
        discussion: """
              confirmd project list --json
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        output.show(try await config.reader().projects(), as: ProjectCommand.columns)
    }
}
