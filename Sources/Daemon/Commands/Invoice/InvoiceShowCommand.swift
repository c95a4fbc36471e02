import ArgumentParser
import Foundation
import Store

struct InvoiceShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an invoice with its options and deposits.",
        discussion: """
            CONFIRMATIONS is what a deposit has of what its next threshold takes.

              confirmd invoice show 01234567-89ab-4def-8123-456789abcdef --json
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The invoice's id.", transform: identifier)
    var id: UUID

    func run() async throws {
        guard let detail = try await config.reader().invoice(id) else {
            throw CommandFailure(
                message: "there is no invoice \(id.uuidString.lowercased())", advice: "See: confirmd invoice list")
        }
        output.show(detail, as: Self.text)
    }

    private static func text(_ detail: InvoiceDetail) -> String {
        let invoice = detail.invoice
        let fields = FieldList([
            "invoice": invoice.id.uuidString.lowercased(),
            "project": invoice.project,
            "order": invoice.orderId,
            "status": invoice.status + (invoice.isFinal ? ", final" : ""),
            "reason": invoice.reason,
            "set aside": invoice.haltedReason,
            "created": invoice.createdAt.moment,
            "expires": invoice.expiresAt.moment,
        ])
        let deposits = detail.deposits.isEmpty ? "" : "\n" + Table(detail.deposits, DepositColumns.shown).text
        return fields.text + "\n" + Table(detail.options, optionColumns).text + deposits
    }

    private static var optionColumns: [Column<OptionColumns>] {
        [
            Column("OPTION") { $0.asset },
            Column("DUE", .right) { $0.due },
            Column("CREDITED", .right) { $0.credited },
            Column("REMAINING", .right) { $0.remaining },
            Column("DETECTED", .right) { $0.detected },
            Column("STATE") { $0.refusedReason ?? ($0.registeredAt == nil ? "waiting" : "watched") },
            Column("ADDRESS") { $0.address },
        ]
    }
}
