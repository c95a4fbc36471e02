import ArgumentParser
import Foundation
import Postgres

struct InvoiceMarkPaidCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark-paid",
        abstract: "Mark an invoice as paid with the amount received so far.",
        discussion: """
            It stays paid while it has at least as much, so a payment that a reorganization takes away still shows.

              confirmd invoice mark-paid 01234567-89ab-4def-8123-456789abcdef --reason "rest paid in cash"
            """)

    @OptionGroup var request: OperatorRequest

    @Option(help: .reason) var reason: String

    @Argument(help: "The invoice's id.", transform: identifier)
    var id: UUID

    func run() async throws {
        try await request.carryOut("mark_paid", .uuid(id), reason: reason)
    }
}
