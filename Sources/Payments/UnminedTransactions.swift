public import Chain

/// The unmined transactions with deposits, by what they spend: whatever else spends any of it excludes them.
public struct UnminedTransactions: Sendable {
    private var transactions: [Hash256: UnminedTransaction] = [:]
    /// Several may compete for an output.
    private var spenders: [Outpoint: Set<Hash256>] = [:]

    public init(_ transactions: [UnminedTransaction] = []) {
        for transaction in transactions { insert(transaction) }
    }

    public var isEmpty: Bool { transactions.isEmpty }
    public var ids: Set<Hash256> { Set(transactions.keys) }

    public subscript(id: Hash256) -> UnminedTransaction? { transactions[id] }

    /// Adds one, or replaces it: more of its outputs may be watched than before.
    public mutating func insert(_ transaction: UnminedTransaction) {
        remove(transaction.id)
        transactions[transaction.id] = transaction
        for outpoint in transaction.spends { spenders[outpoint, default: []].insert(transaction.id) }
    }

    public mutating func remove(_ id: Hash256) {
        guard let transaction = transactions.removeValue(forKey: id) else { return }
        for outpoint in transaction.spends {
            spenders[outpoint]?.remove(id)
            if spenders[outpoint]?.isEmpty == true { spenders[outpoint] = nil }
        }
    }

    /// The others that spend something that `transaction` spends.
    public func rivals(of transaction: Hash256, spending outpoints: [Outpoint]) -> Set<Hash256> {
        guard !transactions.isEmpty else { return [] }
        var rivals: Set<Hash256> = []
        for outpoint in outpoints { rivals.formUnion(spenders[outpoint] ?? []) }
        rivals.remove(transaction)
        return rivals
    }

    /// Those that a block with these inputs makes impossible.
    public func excluded(by spends: [Spend]) -> Set<Hash256> {
        guard !transactions.isEmpty else { return [] }
        var excluded: Set<Hash256> = []
        for spend in spends {
            for spender in spenders[spend.outpoint] ?? [] where spender != spend.transaction {
                excluded.insert(spender)
            }
        }
        return excluded
    }
}
