import Chain

/// A node as one daemon sees it, over a network with faults.
struct NodeView: ChainNode {
    let node: ModelNode
    let host: Host
    let weather: Weather
    let source: NodeLink
    let flights: Flights

    var name: String { node.name }

    /// Asks the node; `lie` is what it says while it gives wrong answers.
    private func ask<Value: Sendable>(
        empty: Value? = nil, lie: @escaping () -> Value? = { nil }, _ body: @escaping () -> Value
    ) async throws(NodeError) -> Value {
        let answered = await host.wait { (answer: @escaping (Result<Value, NodeError>) -> Void) in
            source.send(empty: empty, lie: lie, body, answer)
        }
        guard let answered else { throw NodeError(.unreachable, "the task was canceled") }
        return try answered.get()
    }

    func state() async throws(NodeError) -> NodeState {
        let isSynced = !weather.has(.nodeDownloading, at: name)
        if !isSynced { weather.fire(.nodeDownloading) }
        return try await ask(lie: { source.otherTip(of: node).map { NodeState(tip: $0, isSynced: isSynced) } }) {
            NodeState(tip: node.header, isSynced: isSynced)
        }
    }

    func header(at height: Int64) async throws(NodeError) -> Header? {
        try await ask(empty: .some(nil)) {
            guard height >= 0, height < node.path.count else { return nil }
            return node.tree.nodes[node.path[Int(height)]].header
        }
    }

    func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        let found: () -> [Header]? = {
            guard let place = node.tree.places[block.hash], node.tree.isOn(place, node.path) else { return nil }
            return node.path.dropFirst(Int(block.height) + 1).prefix(limit).map { node.tree.nodes[$0].header }
        }
        return try await ask(
            empty: .some([]), lie: { found().map { headers in .some(source.disarranged(headers)) } }, found)
    }

    func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        flights.begin()
        defer { flights.end() }
        return try await ask(empty: .some(nil)) { node.knows(reference.hash).map { node.tree.nodes[$0].block } }
    }

    func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        guard node.hasLongPoll, node.header.hash == known, weather.isClear(at: name) else { return }
        let _: Void? = await host.wait { wake in
            host.loop.after(timeout) { wake(()) }
            node.waitForTip { host.loop.after(.milliseconds(5)) { wake(()) } }
        }
    }

    func mempool() async throws(NodeError) -> [Hash256]? { try await ask(empty: .some([])) { node.mempool } }

    func unconfirmed(_ ids: [Hash256]) async throws(NodeError) -> [UnconfirmedTransaction] {
        try await ask(empty: []) {
            let pool = Set(node.mempool)
            return ids.filter(pool.contains).compactMap { node.tree.transactions[$0] }.map {
                UnconfirmedTransaction(id: $0.id, transfers: $0.transfers(from: 0, maturity: 0), spends: $0.spends)
            }
        }
    }
}
