import ArgumentParser

struct InvoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice",
        abstract: "Makes invoices and shows them.",
        subcommands: [InvoiceCreateCommand.self, InvoiceShowCommand.self, InvoiceListCommand.self])
}
