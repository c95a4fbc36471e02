import Chain

/// A node that gives its state only once something else has happened.
struct GatedNode: ChainNode {
    let node: any ChainNode
    let isOpen: @Sendable () -> Bool

    var name: String { node.name }

    func state() async throws(NodeError) -> NodeState {
        while !isOpen(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
        return try await node.state()
    }

    func header(at height: Int64) async throws(NodeError) -> Header? { try await node.header(at: height) }

    func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        try await node.headers(after: block, limit: limit)
    }

    func knows(_ block: BlockReference) async throws(NodeError) -> Bool { try await node.knows(block) }

    func block(_ reference: BlockReference) async throws(NodeError) -> Block? { try await node.block(reference) }

    func confirms(_ transfers: [Transfer], of block: BlockReference) async throws(NodeError) -> Bool {
        try await node.confirms(transfers, of: block)
    }

    func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        try await node.waitForTip(otherThan: known, timeout: timeout)
    }

    func finality() async throws(NodeError) -> [FinalityTag: BlockReference] { try await node.finality() }

    func mempool() async throws(NodeError) -> [Hash256]? { try await node.mempool() }

    func unconfirmed(_ ids: [Hash256]) async throws(NodeError) -> [UnconfirmedTransaction] {
        try await node.unconfirmed(ids)
    }
}
