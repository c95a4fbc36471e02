import NodeHTTP

/// How one node is reached.
struct NodeAccess: Sendable {
    let endpoint: NodeEndpoint
    /// Where it tells what is solidified (TRON); nil where that is the same.
    var solidity: NodeEndpoint?
}
