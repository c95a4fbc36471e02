import Chain
import NodeHTTP
import Watcher

/// What one chain brings along: how to reach its nodes, how its addresses are written, what it holds its users to.
struct ChainAdapter: Sendable {
    /// Tells the chain from every other of its family: `litecoin/main`.
    let chain: String
    /// Digits after the point of a whole coin.
    let coinDecimals: Int
    /// The most confirmations that the chain itself asks before an output can be spent.
    let maturity: Int32
    /// The finality tags that its nodes know.
    let finalityTags: [FinalityTag]
    /// From block to block, as the chain means it.
    let blockTime: Duration
    /// The same where there is proof of work, whose blocks come in haste when somebody has much of it; nil elsewhere.
    let blockSpacing: Duration?
    /// How long before an address was made known a payment's block may be, by its time: block times may be two hours ahead
    /// of the truth where there is proof of work, and clocks differ.
    var lookBack = LookBack()
    /// From one regular question for a node's state to the next, unless the file says otherwise.
    let pollInterval: Duration
    /// The oldest version of a node's software to be trusted; nil when there is no such rule.
    let minimumNodeVersion: @Sendable (NodeSoftware) -> NodeVersion?
    /// Whether there is real money on it.
    let isMain: Bool
    let addresses: any AddressFormat
    /// What it shares with the networks on which the same address is somebody's by the same key; nil where there are none.
    var addressSpace: String?
    /// A client of one node, over connections that all nodes may share.
    let node: @Sendable (HTTPClient, NodeAccess) -> any ChainNode
}
