import ArgumentParser
import Foundation
import Store

struct WalletShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a static wallet with its newest deposits.",
        discussion: """
              confirmd wallet show 01234567-89ab-4def-8123-456789abcdef
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The wallet's id.", transform: identifier)
    var id: UUID

    func run() async throws {
        guard let detail = try await config.reader().wallet(id) else {
            throw CommandFailure(
                message: "there is no static wallet \(id.uuidString.lowercased())", advice: "See: confirmd wallet list")
        }
        output.show(detail, as: Self.text)
    }

    private static func text(_ detail: WalletDetail) -> String {
        let wallet = detail.wallet
        let fields = FieldList([
            "wallet": wallet.id.uuidString.lowercased(),
            "project": wallet.project,
            "customer": wallet.customerId,
            "asset": wallet.asset,
            "address": wallet.address,
            "state": wallet.state,
            "created": wallet.createdAt.moment,
        ])
        let deposits = detail.deposits.isEmpty ? "" : "\n" + Table(detail.deposits, DepositColumns.shown).text
        return fields.text + deposits
    }
}
