import ArgumentParser
import Foundation
import Postgres
import Store

struct WalletCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a static wallet, a permanent address for one customer, and print its id.",
        discussion: """
            Repeating a call gives the same id; another address for the same customer and asset is refused. Once the id is \
            printed it waits until the address is watched, so that the customer may be shown it, and exits with 1 when it \
            can't be.

              confirmd wallet create --project shop --customer 7 --asset LTC --address ltc1q…
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var waiting: WaitingOption

    @Option(help: "The project; create it with: confirmd project set")
    var project: String

    @Option(help: "The merchant's own id for the customer.")
    var customer: String

    @Option(help: "The asset's code, as the configuration lists it.")
    var asset: String

    @Option(help: "The address that the customer pays to.")
    var address: String

    func run() async throws {
        let connection = try config.connection()
        let row = try await connection.query(
            "SELECT confirmd.create_static_wallet($1, $2, $3, $4) AS id",
            [.text(project), .text(customer), .text(asset), .text(address)]
        ).only
        let id = try row.decode("id", as: UUID.self)
        write(id.uuidString.lowercased() + "\n")
        try await RegistrationWait(waiting: waiting, reader: Reader(connection)).wait(
            for: id, show: "confirmd wallet show")
    }
}
