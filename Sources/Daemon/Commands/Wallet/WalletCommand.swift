import ArgumentParser

struct WalletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet",
        abstract: "Makes static wallets and shows them.",
        subcommands: [WalletCreateCommand.self, WalletShowCommand.self, WalletListCommand.self])
}
