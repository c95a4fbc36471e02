import ArgumentParser
import Foundation
import Postgres

struct WalletCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a static wallet, an address of one customer for good, and prints its id.",
        discussion: """
            Repeating a call gives the same id; another address for the same customer and asset is refused.

              confirmd wallet create --project shop --customer 7 --asset LTC --address ltc1q…
            """)

    @OptionGroup var config: ConfigurationOption

    @Option(help: "The project, made with: confirmd project set")
    var project: String

    @Option(help: "The merchant's own number for the customer.")
    var customer: String

    @Option(help: "The asset's code, as the configuration lists it.")
    var asset: String

    @Option(help: "The address that the customer pays to.")
    var address: String

    func run() async throws {
        let row = try await config.connection().query(
            "SELECT confirmd.create_static_wallet($1, $2, $3, $4) AS id",
            [.text(project), .text(customer), .text(asset), .text(address)]
        ).only
        write(try row.decode("id", as: UUID.self).uuidString.lowercased() + "\n")
    }
}
