extension Litecoind {
    /// Where a peg-out pays: an output of the block's last transaction, the HogEx. The payer's own transaction
    /// is not in the block.
    public struct PegOut: Sendable {
        public let txid: String
        public let vout: Int
        public let block: String
    }

    /// Mines to height 432, where the extension block (LIP-2, LIP-3) is active, and pegs coins in.
    ///
    /// Block 432 can't be mined without a peg-in in the mempool ("bad-txns-vin-empty"), so call this below that height.
    public func activateMWEB() async throws {
        try await createWallet(.mweb)
        // The change of a peg-in stays in the extension block: so it has to come from the wallet that keeps to it.
        try await send("20", to: try await call("getnewaddress", [], wallet: .mweb))
        try await mine(431 - height)
        let hidden = try await call("getnewaddress", ["", AddressKind.mweb.rawValue], wallet: .mweb)
        _ = try await call("sendtoaddress", [hidden, "10"], wallet: .mweb)
        try await mine()
    }

    /// Pays from coins in the extension block and returns the id under which that waits in the mempool: a peg-out, or to
    /// an MWEB address what never leaves the extension block. Neither has inputs or outputs in Bitcoin's sense.
    @discardableResult
    public func sendFromMWEB(_ amount: String, to address: String) async throws -> String {
        try await call("sendtoaddress", [address, amount], wallet: .mweb)
    }

    /// Pays an ordinary address out of the extension block and mines the block that does so.
    public func pegOut(_ amount: String, to address: String) async throws -> PegOut {
        struct Block: Decodable {
            struct Transaction: Decodable {
                let txid: String
                let vout: [Output]
            }
            struct Output: Decodable {
                struct Script: Decodable {
                    let addresses: [String]?
                }
                let n: Int
                let scriptPubKey: Script
            }
            let tx: [Transaction]
        }
        try await sendFromMWEB(amount, to: address)
        let hash = try await mine()[0]
        let hogEx = try await json(as: Block.self, "getblock", hash, "2").tx.last!
        guard let output = hogEx.vout.first(where: { $0.scriptPubKey.addresses == [address] }) else {
            throw TestFailure("block \(hash) has no peg-out to \(address)")
        }
        return PegOut(txid: hogEx.txid, vout: output.n, block: hash)
    }
}
