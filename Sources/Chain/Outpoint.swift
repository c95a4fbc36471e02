/// An output of an earlier transaction, as an input that spends it names it (Bitcoin Core `COutPoint`).
public struct Outpoint: Hashable, Sendable {
    public let transaction: Hash256
    public let index: UInt32

    public init(transaction: Hash256, index: UInt32) {
        self.transaction = transaction
        self.index = index
    }
}

/// An input: which transaction spends which output. Two transactions that spend the same one exclude each other.
public struct Spend: Hashable, Sendable {
    public let outpoint: Outpoint
    /// The spender.
    public let transaction: Hash256

    public init(_ outpoint: Outpoint, by transaction: Hash256) {
        self.outpoint = outpoint
        self.transaction = transaction
    }
}
