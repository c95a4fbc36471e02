/// An output of an earlier transaction, as an input that spends it names it (Bitcoin Core `COutPoint`).
public struct Outpoint: Hashable, Sendable {
    public let transaction: Hash256
    public let index: UInt32

    public init(transaction: Hash256, index: UInt32) {
        self.transaction = transaction
        self.index = index
    }
}
