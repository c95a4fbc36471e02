/// A movement of value to some address, as decoded from a block. Most are nobody's.
public struct Transfer: Hashable, Sendable {
    public let transaction: Hash256
    public let locator: Locator
    /// The token's contract, in the chain's own bytes; nil is the network's coin.
    @inlinable public var contract: WatchKey? { token.isEmpty ? nil : token }
    /// An Optional would have one byte more, and be copied slowly.
    @usableFromInline let token: WatchKey
    public let recipient: WatchKey
    /// Base units, never zero.
    public let amount: UInt256
    /// The number of the transfer among all movements of its block: a location, not an identity.
    public let blockIndex: UInt32
    /// Confirmations below which the chain itself does not let the amount be spent (coinbase, peg-out); 0 when there
    /// is no such rule.
    public let maturity: Int32

    @inlinable
    public init(
        transaction: Hash256, locator: Locator, contract: WatchKey? = nil, recipient: WatchKey, amount: UInt256,
        blockIndex: UInt32, maturity: Int32 = 0
    ) {
        self.transaction = transaction
        self.locator = locator
        token = contract ?? WatchKey()
        self.recipient = recipient
        self.amount = amount
        self.blockIndex = blockIndex
        self.maturity = maturity
    }

    /// Whether its block's hash commits to it, as far as the network's blocks are held to their hashes at all. What calls
    /// within a transaction moved is known from a node's trace, which no hash commits to: `ChainNode.confirms` asks for
    /// what else there is to say for it.
    public var isProved: Bool {
        if case .call(let path) = locator { path.isEmpty } else { true }
    }
}
