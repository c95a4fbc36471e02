import Chain
import NodeHTTP

/// How one node is reached.
struct NodeAccess: Sendable {
    let endpoint: NodeEndpoint
    /// Where it tells what is solidified (TRON); nil where that is the same.
    var solidity: NodeEndpoint?

    /// Where its answers may come from, as far as its hosts' names can be looked up.
    func places(_ lookup: HostLookup) -> Set<NodePlace> {
        [endpoint, solidity].compactMap(\.self).reduce(into: []) { $0.formUnion($1.places(lookup)) }
    }
}
