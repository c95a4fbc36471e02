import Chain
import Synchronization

/// A node whose blocks are counted.
final class CountedNode: ChainNode {
    private let node: any ChainNode
    private let served = Atomic(0)

    init(_ node: any ChainNode) { self.node = node }

    /// How many blocks it gave.
    var blocks: Int { served.load(ordering: .relaxed) }

    var name: String { node.name }

    func state() async throws(NodeError) -> NodeState { try await node.state() }

    func header(at height: Int64) async throws(NodeError) -> Header? { try await node.header(at: height) }

    func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        try await node.headers(after: block, limit: limit)
    }

    func knows(_ block: BlockReference) async throws(NodeError) -> Bool { try await node.knows(block) }

    func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        defer { served.add(1, ordering: .relaxed) }
        return try await node.block(reference)
    }

    func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        try await node.waitForTip(otherThan: known, timeout: timeout)
    }
}
