import ArgumentParser
import Foundation
import Store

struct ExplainInvoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice",
        abstract: "Tells why an invoice is paid, or is not.",
        discussion: """
            Out of the database alone: its status, its addresses, each of its deposits, what its expiry waits for, its \
            commands, and which consumers have read of it.

              confirmd explain invoice 01234567-89ab-4def-8123-456789abcdef
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The invoice's id.", transform: identifier)
    var id: UUID

    func run() async throws {
        let reader = try config.reader()
        guard let detail = try await reader.invoice(id) else {
            throw CommandFailure(
                message: "there is no invoice \(id.uuidString.lowercased())", advice: "See: confirmd invoice list")
        }
        let explanation = Explanation(
            InvoiceFacts(
                detail: detail.columns, networks: try await reader.networks().map(\.columns),
                deadlines: try await reader.deadlines(of: id).map(\.columns),
                commands: try await reader.operatorCommands(of: id).map(\.columns),
                records: try await reader.records(of: detail.deposits, invoice: id)))
        output.show(explanation.findings, as: explanation.text)
    }
}
