/// One node of a network, as the engine sees it: headers, blocks and a hint that something is new. Every answer has
/// passed the family's checks; what a node merely claims is never handed on as a `Block`.
public protocol ChainNode: Sendable {
    /// What logs and `status` call it: host and port, no credentials.
    var name: String { get }

    /// Where its last answers came from: two nodes that share a place are one, whatever they are called.
    var places: Set<NodePlace> { get }

    /// The node's tip and how far it has come; throws `wrongChain` when it serves another chain than configured.
    func state() async throws(NodeError) -> NodeState

    /// The header at `height` of the node's best chain; nil above its tip.
    func header(at height: Int64) async throws(NodeError) -> Header?

    /// The headers that follow `block` on the node's best chain, oldest first, at most `limit`; empty when it is the
    /// tip, nil when the node's best chain does not contain it.
    func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]?

    /// Whether the node has this block at all, on its best chain or off it.
    func knows(_ block: BlockReference) async throws(NodeError) -> Bool

    /// The block with this reference, verified; nil when the node does not have it.
    func block(_ reference: BlockReference) async throws(NodeError) -> Block?

    /// Whether the node's state bears out those of `block`'s transfers that are not proved: the balances of their
    /// recipients changed in this block by exactly what it says. Asked before such a transfer is recorded; with false
    /// it must not be.
    func confirms(_ transfers: [Transfer], of block: BlockReference) async throws(NodeError) -> Bool

    /// Returns when the node's tip may no longer be `known`, or after `timeout`, or when the node has no way to wait
    /// (at once). A hint and nothing more: the caller polls `state` anyway.
    func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError)

    /// The node's software; nil when it does not say.
    func software() async throws(NodeError) -> NodeSoftware?

    /// The block that each tag of the chain stands at, as the node says; a tag it has not reached yet is left out.
    /// Empty where the chain has no such tags.
    func finality() async throws(NodeError) -> [FinalityTag: BlockReference]

    /// Those of these transactions, each in the block named with it, that the node holds to be safe from double spends
    /// (InstantSend, or a chain lock on their block). Empty where the chain has nothing of the kind.
    func locked(_ transactions: [Hash256: BlockReference]) async throws(NodeError) -> Set<Hash256>

    /// The ids of the transactions in the node's mempool, in no order; nil where the family has none to look at.
    func mempool() async throws(NodeError) -> [Hash256]?

    /// Those of `ids` that are in the mempool still and can pay somebody, decoded, each proved to have its id.
    func unconfirmed(_ ids: [Hash256]) async throws(NodeError) -> [UnconfirmedTransaction]

    /// Where the node has a transaction; nil where the family can't tell. `block` is one that may hold it: nodes
    /// without an index of all transactions look into no other.
    func find(_ transaction: Hash256, in block: Hash256?) async throws(NodeError) -> TransactionPlace?

    /// What an address had of the network's coin after `block`, or has now, in base units; nil where the family can't
    /// tell.
    func balance(of address: WatchKey, at block: BlockReference?) async throws(NodeError) -> UInt256?
}

extension ChainNode {
    public var places: Set<NodePlace> { [NodePlace(host: name)] }

    public func knows(_ block: BlockReference) async throws(NodeError) -> Bool { try await self.block(block) != nil }

    public func confirms(_ transfers: [Transfer], of block: BlockReference) async throws(NodeError) -> Bool {
        transfers.allSatisfy(\.isProved)
    }

    public func software() async throws(NodeError) -> NodeSoftware? { nil }

    public func finality() async throws(NodeError) -> [FinalityTag: BlockReference] { [:] }

    public func locked(_ transactions: [Hash256: BlockReference]) async throws(NodeError) -> Set<Hash256> { [] }

    public func mempool() async throws(NodeError) -> [Hash256]? { nil }

    public func unconfirmed(_ ids: [Hash256]) async throws(NodeError) -> [UnconfirmedTransaction] { [] }

    public func find(_ transaction: Hash256, in block: Hash256?) async throws(NodeError) -> TransactionPlace? { nil }

    public func balance(of address: WatchKey, at block: BlockReference?) async throws(NodeError) -> UInt256? { nil }
}

/// What a node says of itself.
public struct NodeState: Hashable, Sendable {
    /// The best block it has validated.
    public let tip: Header
    /// How far it is with what it still has to catch up on, in its own words; nil once it has. Until then its tip is no
    /// news.
    public let lack: String?
    /// The lowest block whose transactions it keeps; nil where it keeps all, or does not say.
    public let keptFrom: Int64?

    public init(tip: Header, lack: String? = nil, keptFrom: Int64? = nil) {
        self.tip = tip
        self.lack = lack
        self.keptFrom = keptFrom
    }

    /// False while it is in its initial download.
    public var isSynced: Bool { lack == nil }
}
