public import Chain
internal import NodeHTTP

extension EVMNode {
    public func state() async throws(NodeError) -> NodeState {
        try await session()
        guard let tip = try await header("latest") else {
            throw NodeError(.warmingUp, "\(name) has no latest block yet")
        }
        let syncing = try await call("eth_syncing", [], nilFor: [.unknownMethod])
        return NodeState(tip: tip, isSynced: syncing?.isEqual(to: "false") ?? true)
    }

    /// Nodes push what is new over connections of another kind only: returns at once.
    public func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {}

    /// What follows the name: `Geth/v1.14.12-stable-293a300d/linux-amd64/go1.23.2`.
    public func version() async throws(NodeError) -> NodeVersion? {
        let text = String(decoding: try await call("web3_clientVersion").prefix(200), as: UTF8.self)
        return text.firstMatch(of: /\/v?([0-9]+(\.[0-9]+){1,3})/).flatMap { NodeVersion($0.1) }
    }
}
