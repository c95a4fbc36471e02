import ArgumentParser
import Foundation
import Store

struct WalletListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the newest static wallets.",
        discussion: """
              confirmd wallet list --project shop --customer 7
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Option(help: "Show only this project's.")
    var project: String?

    @Option(help: "Show only this customer's.")
    var customer: String?

    @Option(help: ArgumentHelp("Show at most this many.", valueName: "number"), transform: rowLimit)
    var limit: Int64 = 50

    func run() async throws {
        let wallets = try await config.reader().wallets(project: project, customer: customer, limit: limit)
        output.show(wallets, as: Self.columns)
    }

    private static var columns: [Column<WalletColumns>] {
        [
            Column("WALLET") { $0.id.uuidString.lowercased() },
            Column("PROJECT") { $0.project },
            Column("CUSTOMER") { $0.customerId },
            Column("ASSET") { $0.asset },
            Column("STATE") { $0.state },
            Column("CREATED") { $0.createdAt.moment },
            Column("ADDRESS") { $0.address },
        ]
    }
}

extension WalletColumns {
    var state: String {
        haltedReason.map { "set aside: \($0)" } ?? refusedReason ?? (registeredAt == nil ? "waiting" : "watched")
    }
}
