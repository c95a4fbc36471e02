import ArgumentParser
import Foundation
import Payments
import Store

struct InvoiceListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the newest invoices.",
        discussion: """
              confirmd invoice list --project shop --status partial
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Option(help: "Show only this project's.")
    var project: String?

    @Option(
        help: ArgumentHelp("Show only invoices in this status.", valueName: "created|partial|paid|overpaid|canceled"),
        transform: invoiceStatus)
    var status: Invoice.Status?

    @Option(help: ArgumentHelp("Show at most this many.", valueName: "number"), transform: rowLimit)
    var limit: Int64 = 50

    func run() async throws {
        let invoices = try await config.reader().invoices(project: project, status: status?.rawValue, limit: limit)
        output.show(invoices, as: Self.columns)
    }

    private static var columns: [Column<InvoiceColumns>] {
        [
            Column("INVOICE") { $0.id.uuidString.lowercased() },
            Column("PROJECT") { $0.project },
            Column("ORDER") { $0.orderId },
            Column("STATUS") { $0.status },
            Column("REASON") { $0.reason },
            Column("FINAL") { $0.isFinal ? "yes" : "no" },
            Column("CREATED") { $0.createdAt.moment },
            Column("EXPIRES") { $0.expiresAt.moment },
        ]
    }
}

@Sendable private func invoiceStatus(_ text: String) throws -> Invoice.Status {
    guard let status = Invoice.Status(rawValue: text) else {
        throw ValidationError(
            "'\(text)' is not an invoice status; use created, partial, paid, overpaid or canceled.")
    }
    return status
}
