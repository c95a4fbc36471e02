import Chain
import Sync

extension NetworkMachine.Action {
    /// Asks a node what the machine wants to know; nil where it is nothing that nodes are asked for. What a node throws is an
    /// answer too.
    ///
    /// - Parameter fetch: fetches a block from a node.
    func answer(
        by nodes: [any ChainNode],
        fetch: @Sendable (BlockReference, any ChainNode) async throws(NodeError) -> Block?
    ) async -> NetworkMachine.Event? {
        switch self {
        case .askState(let node):
            .state(node: node, await Watcher.answer { () throws(NodeError) in try await nodes[node].state() })
        case .askHeader(let node, let height):
            .header(
                node: node, height: height,
                await Watcher.answer { () throws(NodeError) in try await nodes[node].header(at: height) })
        case .askHeaders(let node, let after, let limit):
            .headers(
                node: node, after: after,
                await Watcher.answer { () throws(NodeError) in
                    try await nodes[node].headers(after: after, limit: limit)
                })
        case .fetchBlock(let node, let reference):
            .block(
                node: node, reference,
                await Watcher.answer { () throws(NodeError) in try await fetch(reference, nodes[node]) })
        case .askWhetherKnown(let node, let reference):
            .known(
                node: node, reference,
                await Watcher.answer { () throws(NodeError) in try await nodes[node].knows(reference) })
        case .askFinality(let node):
            .finality(node: node, await Watcher.answer { () throws(NodeError) in try await nodes[node].finality() })
        case .perform, .wake, .report, .halt: nil
        }
    }
}

/// Every answer of a node becomes a value: what it throws is an answer too.
func answer<Value: Sendable>(
    _ ask: () async throws(NodeError) -> Value
) async -> Result<Value, NodeError> {
    do throws(NodeError) { return .success(try await ask()) } catch { return .failure(error) }
}
