public import Chain
internal import NodeHTTP

extension BitcoinNode {
    /// Where the chain has chain locks (Dash, DIP-8), the last block that a quorum of masternodes signed. The signature
    /// is the node's to check. Left out as long as there is none, and while the node has that block on no chain or off
    /// its best one, which it then is about to change.
    public func finality() async throws(NodeError) -> [FinalityTag: BlockReference] {
        guard parameters.coin.hasChainLocks else { return [:] }
        _ = try await session()
        guard let lock = try await call("getbestchainlock", as: ChainLock.self, absent: [.internalError]) else {
            return [:]
        }
        let locked = BlockReference(height: lock.height, hash: try hash(lock.blockhash, from: "getbestchainlock"))
        return try await hash(at: locked.height) == locked.hash ? [.chainlock: locked] : [:]
    }

    private struct ChainLock: Decodable, Sendable {
        let blockhash: String
        let height: Height
    }

    /// By `getrawtransaction`, which on Dash says whether a transaction has its InstantSend lock, and its block a chain
    /// lock. A transaction that the node no longer has in that block has none.
    public func locked(_ transactions: [Hash256: BlockReference]) async throws(NodeError) -> Set<Hash256> {
        guard parameters.coin.hasChainLocks else { return [] }
        _ = try await session()
        var locked: Set<Hash256> = []
        for (id, block) in transactions {
            let arguments: [JSONValue] = [.string(id.description), true, .string(block.hash.description)]
            let answer = try await call(
                "getrawtransaction", arguments, as: Locks.self, absent: [.notFound, .miscellaneous])
            if answer.map({ $0.instantlock || $0.chainlock }) == true { locked.insert(id) }
        }
        return locked
    }

    /// The rest of the answer, every input and output in words, is passed over.
    private struct Locks: Decodable, Sendable {
        let instantlock: Bool
        let chainlock: Bool
    }
}
