import ArgumentParser

struct OutboxNewIncarnationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-incarnation",
        abstract: "Tells consumers, after a restore, that events which they saw may be gone.",
        discussion: """
            They go back to its first position and replace what they know from then on. A database that moved to another \
            server or timeline is noticed without this.

              confirmd outbox new-incarnation --reason "restored from the backup of 31 January"
            """)

    @OptionGroup var request: OperatorRequest

    @Option(help: .reason) var reason: String

    func run() async throws {
        try await request.carryOut("new_outbox_incarnation", reason: reason)
    }
}
