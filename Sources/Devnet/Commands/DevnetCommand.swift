internal import ArgumentParser

/// The command line.
struct DevnetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirmd-devnet",
        abstract: "Run a private TRON node on loopback, for tests and for trying things out.",
        discussion: """
            Its blocks, ids and links are made as on the public chain; contracts are not run but imitated.

            Example: confirmd-devnet tron --listen 127.0.0.1:8090 &
                     confirmd-devnet pay --to TADDRESS --amount 12.5 --asset USDT
                     confirmd-devnet mine --blocks 20
                     curl http://127.0.0.1:8090/wallet/getnowblock
            """,
        subcommands: [
            TronCommand.self, PayCommand.self, MineCommand.self, ForkCommand.self, StateCommand.self, TellCommand.self,
        ])

}
