import ArgumentParser
import Foundation
import Postgres
import Store

struct InvoiceCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create an invoice and print its id.",
        discussion: """
            Repeating a call with the same content gives the same id; other content for the same order is refused. Once the id \
            is printed it waits until the addresses are watched, so that a payer may be shown them, and exits with 1 when one \
            of them can't be.

              confirmd invoice create --project shop --order 1017 --option LTC:ltc1q…:1.25
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var waiting: WaitingOption

    @Option(help: "The project; create it with: confirmd project set")
    var project: String

    @Option(help: "The merchant's own order number, unique within the project.")
    var order: String

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "A way to pay: asset, address and amount. May be repeated; without amounts any amount pays.",
            valueName: "asset:address[:amount]"),
        transform: InvoiceOption.init(argument:))
    var options: [InvoiceOption]

    @Option(
        help: ArgumentHelp("How long the invoice stays open. Default: 24h", valueName: "time"), transform: wholeSeconds)
    var expiresIn: Int64 = 86_400

    @Option(help: ArgumentHelp("A JSON object to keep with the invoice.", valueName: "json"), transform: jsonObject)
    var metadata = "{}"

    func run() async throws {
        let connection = try config.connection()
        let row = try await connection.query(
            """
            SELECT confirmd.create_invoice(project => $1, order_id => $2, options => $3,
                expires_in => $4 * interval '1 second', metadata => $5) AS id
            """,
            [
                .text(project), .text(order),
                .jsonb(String(decoding: try JSONEncoder().encode(options), as: UTF8.self)),
                .int8(expiresIn), .jsonb(metadata),
            ]
        ).only
        let id = try row.decode("id", as: UUID.self)
        write(id.uuidString.lowercased() + "\n")
        try await RegistrationWait(waiting: waiting, reader: Reader(connection)).wait(
            for: id, show: "confirmd invoice show")
    }
}

@Sendable private func jsonObject(_ text: String) throws -> String {
    guard (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any] else {
        throw ValidationError("'\(text)' is not a JSON object.")
    }
    return text
}
