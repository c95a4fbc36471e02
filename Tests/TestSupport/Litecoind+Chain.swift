public import Foundation

extension Litecoind {
    /// Mines blocks at once, each to a new address of the wallet unless one is given, and returns their hashes.
    ///
    /// New addresses matter after `invalidate`: the same address would give the very block that was invalidated.
    @discardableResult
    public func mine(_ count: Int = 1, to address: String? = nil) async throws -> [String] {
        let recipient =
            if let address { address } else { try await newAddress() }
        return try await json(as: [String].self, "generatetoaddress", String(count), recipient)
    }

    /// The height of the tip.
    public var height: Int {
        get async throws { try await json(as: Int.self, "getblockcount") }
    }

    /// The hash of the tip.
    public var tip: String {
        get async throws { try await cli("getbestblockhash") }
    }

    /// Takes a block and all after it off the chain; their transactions return to the mempool.
    public func invalidate(_ hash: String) async throws {
        try await cli("invalidateblock", hash)
    }

    /// Lets the block back. A branch of the same or more work replaces the present one.
    public func reconsider(_ hash: String) async throws {
        try await cli("reconsiderblock", hash)
    }

    /// Replaces the last `depth` blocks by `depth` + 1 empty ones and returns the new tip.
    /// What they held is back in the mempool.
    @discardableResult
    public func reorganize(depth: Int) async throws -> String {
        try await invalidate(try await block(at: try await height - depth + 1))
        try await mineEmpty(depth + 1)
        return try await tip
    }

    /// Mines blocks that leave the mempool alone, and returns the last one's hash.
    @discardableResult
    public func mineEmpty(_ count: Int = 1) async throws -> String {
        for _ in 1..<count { try await mine(only: []) }
        return try await mine(only: [])
    }

    /// Mines one block with these transactions and no others, in this order: ids in the mempool, or whole ones as hex.
    @discardableResult
    public func mine(only transactions: [String]) async throws -> String {
        struct Answer: Decodable {
            let hash: String
        }
        let list = transactions.map { "\"\($0)\"" }.joined(separator: ",")
        return try await json(as: Answer.self, "generateblock", try await newAddress(), "[\(list)]").hash
    }

    /// The hash of the block at that height of the best chain.
    public func block(at height: Int) async throws -> String {
        try await cli("getblockhash", String(height))
    }

    /// Sets the node's clock, which new blocks take their time from; nil sets it right again.
    public func setClock(to time: Date?) async throws {
        try await cli("setmocktime", String(time.map { Int($0.timeIntervalSince1970) } ?? 0))
    }

    /// The ids of the transactions in the mempool.
    public var mempool: [String] {
        get async throws { try await json(as: [String].self, "getrawmempool") }
    }
}
