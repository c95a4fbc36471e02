import ArgumentParser
import Foundation
import Postgres

struct InvoiceCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel an invoice that has received nothing.",
        discussion: """
            Whatever comes afterwards is late: it is credited to the project's balance all the same.

              confirmd invoice cancel 01234567-89ab-4def-8123-456789abcdef --reason "the customer changed her mind"
            """)

    @OptionGroup var request: OperatorRequest

    @Option(help: .reason) var reason: String

    @Argument(help: "The invoice's id.", transform: identifier)
    var id: UUID

    func run() async throws {
        try await request.carryOut("cancel_invoice", .uuid(id), reason: reason)
    }
}
