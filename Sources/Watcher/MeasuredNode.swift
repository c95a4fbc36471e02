import Chain
import Sync
import Telemetry

/// A node whose answers are counted and timed.
struct MeasuredNode: ChainNode {
    let node: any ChainNode
    let network: String
    let metrics: Metrics
    let now: @Sendable () -> Instant

    var name: String { node.name }

    var places: Set<NodePlace> { node.places }

    func state() async throws(NodeError) -> NodeState {
        try await measure("state") { node throws(NodeError) in try await node.state() }
    }

    func header(at height: Int64) async throws(NodeError) -> Header? {
        try await measure("header") { node throws(NodeError) in try await node.header(at: height) }
    }

    func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        try await measure("headers") { node throws(NodeError) in try await node.headers(after: block, limit: limit) }
    }

    func knows(_ block: BlockReference) async throws(NodeError) -> Bool {
        try await measure("knows") { node throws(NodeError) in try await node.knows(block) }
    }

    func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        try await measure("block") { node throws(NodeError) in try await node.block(reference) }
    }

    func confirms(_ transfers: [Transfer], of block: BlockReference) async throws(NodeError) -> Bool {
        try await measure("confirms") { node throws(NodeError) in try await node.confirms(transfers, of: block) }
    }

    func finality() async throws(NodeError) -> [FinalityTag: BlockReference] {
        try await measure("finality") { node throws(NodeError) in try await node.finality() }
    }

    func locked(_ transactions: [Hash256: BlockReference]) async throws(NodeError) -> Set<Hash256> {
        try await measure("locked") { node throws(NodeError) in try await node.locked(transactions) }
    }

    func software() async throws(NodeError) -> NodeSoftware? {
        try await measure("software") { node throws(NodeError) in try await node.software() }
    }

    func mempool() async throws(NodeError) -> [Hash256]? {
        try await measure("mempool") { node throws(NodeError) in try await node.mempool() }
    }

    func unconfirmed(_ ids: [Hash256]) async throws(NodeError) -> [UnconfirmedTransaction] {
        try await measure("unconfirmed") { node throws(NodeError) in try await node.unconfirmed(ids) }
    }

    func find(_ transaction: Hash256, in block: Hash256?) async throws(NodeError) -> TransactionPlace? {
        try await measure("find") { node throws(NodeError) in try await node.find(transaction, in: block) }
    }

    func balance(of address: WatchKey, at block: BlockReference?) async throws(NodeError) -> UInt256? {
        try await measure("balance") { node throws(NodeError) in try await node.balance(of: address, at: block) }
    }

    /// Takes as long as it takes: its time says nothing.
    func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        try await node.waitForTip(otherThan: known, timeout: timeout)
    }

    private func measure<Value>(
        _ method: String, _ ask: (any ChainNode) async throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let start = now()
        do throws(NodeError) {
            let value = try await ask(node)
            metrics.observe((now() - start) / .seconds(1), in: .nodeRequestDuration, network, name, method)
            metrics.add(to: .nodeRequests, network, name, method, "ok")
            return value
        } catch {
            metrics.add(to: .nodeRequests, network, name, method, error.code.rawValue)
            throw error
        }
    }
}
