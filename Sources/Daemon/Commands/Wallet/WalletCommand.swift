import ArgumentParser

struct WalletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet",
        abstract: "Create and show static wallets.",
        discussion: """
              confirmd wallet create --project shop --customer 7 --asset LTC --address ltc1q…
              confirmd wallet list --customer 7
            """,
        subcommands: [WalletCreateCommand.self, WalletShowCommand.self, WalletListCommand.self])
}
