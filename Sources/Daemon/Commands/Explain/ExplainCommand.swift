import ArgumentParser

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain why a payment counts or does not, and what to do next.",
        discussion: """
              confirmd explain litecoin TRANSACTION
              confirmd explain invoice 01234567-89ab-4def-8123-456789abcdef
            """,
        subcommands: [ExplainTransactionCommand.self, ExplainInvoiceCommand.self],
        defaultSubcommand: ExplainTransactionCommand.self)
}
