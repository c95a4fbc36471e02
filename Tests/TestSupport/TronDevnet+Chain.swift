extension TronDevnet {
    /// The height of the last block.
    public var height: Int {
        get async throws { try await number("height") }
    }

    /// The height of the last block that can't be replaced any more.
    public var solidHeight: Int {
        get async throws { try await number("solidHeight") }
    }

    /// The id of the last block.
    public var tip: String {
        get async throws { try await command("state")["blockID"].string ?? "" }
    }

    /// The id of the block at a height.
    public func id(at height: Int) async throws -> String {
        let block = try await post("/wallet/getblock", ["id_or_num": .string(String(height)), "detail": false]).body
        guard let id = block["blockID"].string else { throw TestFailure("no block \(height)") }
        return id
    }

    /// An address in base58 that nobody has used.
    public func newAddress() async throws -> String {
        let number = Int.random(in: 0..<1 << 52)
        return try await command("address", ["number": .number(number)])["address"].string ?? ""
    }

    /// How TRX is paid.
    public enum Way: String, Sendable {
        case transfer
        /// By a contract, in an internal transaction.
        case `internal`
        /// The same, but the internal transaction is rejected.
        case rejected
        /// With a call of the contract that is paid, which keeps it.
        case call
    }

    /// Lets a payment wait for the next block, and returns its transaction.
    /// - Parameters:
    ///   - amount: in the asset's unit.
    ///   - asset: `TRX`, `USDT`, `USDD`, `FAKE` or, for TRC-10, `1002000`.
    ///   - result: how it ends: `SUCCESS`, `REVERT`, `OUT_OF_ENERGY` …
    @discardableResult
    public func pay(
        _ amount: String, in asset: String = "TRX", to address: String, as way: Way = .transfer,
        result: String = "SUCCESS"
    ) async throws -> String {
        try await command(
            "pay",
            [
                "amount": .string(amount), "asset": .string(asset), "to": .string(address),
                "kind": .string(way.rawValue), "result": .string(result),
            ])["txID"].string ?? ""
    }

    /// Lets transactions of every kind wait that are nothing to anybody.
    public func fill(_ transactions: Int) async throws {
        try await command("fill", ["transactions": .number(transactions)])
    }

    /// Mines blocks, the first with all that waits, and returns the last one's id.
    @discardableResult
    public func mine(_ blocks: Int = 1) async throws -> String {
        try await command("mine", ["blocks": .number(blocks)])["blockID"].string ?? ""
    }

    /// Where the transactions of blocks that are replaced are then.
    public enum Fate: String, Sendable, CaseIterable {
        /// In the block that takes the place of their own.
        case same
        /// In the last block.
        case last
        case none
    }

    /// Replaces the last `depth` blocks by `length` others, one more unless given, and returns the last one's id.
    @discardableResult
    public func fork(depth: Int, length: Int? = nil, payments: Fate) async throws -> String {
        try await command(
            "fork",
            [
                "depth": .number(depth), "length": length.map(JSON.number), "payments": .string(payments.rawValue),
            ])["blockID"].string ?? ""
    }

    /// How many requests the node got below /wallet and /walletsolidity, or of one path.
    public func requests(of path: String? = nil) async throws -> Int {
        let state = try await command("state")
        return (path.map { state["requestsByPath"][$0] } ?? state["requests"]).number ?? 0
    }

    private func number(_ name: String) async throws -> Int {
        guard let number = try await command("state")[name].number else { throw TestFailure("no \(name)") }
        return number
    }
}
