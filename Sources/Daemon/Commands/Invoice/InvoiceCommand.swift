import ArgumentParser

struct InvoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice",
        abstract: "Create, show, cancel and mark invoices as paid.",
        discussion: """
              confirmd invoice create --project shop --order 1017 --option LTC:ltc1q…:1.25
              confirmd invoice list --status partial
            """,
        subcommands: [
            InvoiceCreateCommand.self, InvoiceShowCommand.self, InvoiceListCommand.self, InvoiceMarkPaidCommand.self,
            InvoiceCancelCommand.self,
        ])
}
