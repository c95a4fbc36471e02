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
