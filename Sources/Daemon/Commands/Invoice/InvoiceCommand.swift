import ArgumentParser

struct InvoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice",
        abstract: "Makes invoices, shows them, and decides about them.",
        subcommands: [
            InvoiceCreateCommand.self, InvoiceShowCommand.self, InvoiceListCommand.self, InvoiceMarkPaidCommand.self,
            InvoiceCancelCommand.self,
        ])
}
