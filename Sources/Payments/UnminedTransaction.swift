public import Chain
public import Foundation

/// A transaction with deposits that is in no block of our chain and may still come into one.
public struct UnminedTransaction: Hashable, Sendable {
    public let id: Hash256
    public let deposits: [UUID]
    /// Who it pays among the watched.
    public let keys: [WatchKey]
    /// What it spends: a block that spends any of it otherwise makes the deposits impossible. Empty where a family has
    /// no outputs to spend.
    public let spends: [Outpoint]

    public init(id: Hash256, deposits: [UUID], keys: [WatchKey], spends: [Outpoint]) {
        self.id = id
        self.deposits = deposits
        self.keys = keys
        self.spends = spends
    }
}
