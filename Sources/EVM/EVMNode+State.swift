public import Chain
internal import NodeHTTP

extension EVMNode {
    public func state() async throws(NodeError) -> NodeState {
        try await session()
        guard let tip = try await header("latest") else {
            throw NodeError(.warmingUp, "\(name) has no latest block yet")
        }
        let syncing = try await call("eth_syncing", [], nilFor: [.unknownMethod])
        return NodeState(tip: tip, lack: syncing.flatMap(lack))
    }

    /// What an answer of `eth_syncing` says is missing; nil when the chain is not, whatever the node indexes beside: at the
    /// head geth goes on telling of its index of transactions for hours, and of states for days. That its current block is
    /// the highest that it knows of is geth's own measure of having the chain (`SyncProgress.Done`).
    private func lack(_ answer: ArraySlice<UInt8>) -> String? {
        if answer.isEqual(to: "false") { return nil }
        let progress = try? AnswerObject(answer)
        guard let current = try? progress?.number("currentBlock"), let highest = try? progress?.number("highestBlock")
        else { return "it says that it is not in sync: \(rpc.endpoint.printable(answer))" }
        return current >= highest ? nil : "it is at block \(current) of \(highest) (eth_syncing)"
    }

    /// Nodes push what is new over connections of another kind only: returns at once.
    public func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {}

    /// What `web3_clientVersion` begins with, a name of the operator's aside: `Geth/v1.14.12-stable-293a300d/linux-amd64`,
    /// `nitro/vv2.1.1-e9d8842`, `coreth-v0.15.0`. A build that knows no version of its own calls itself 0.0.0.
    public func software() async throws(NodeError) -> NodeSoftware? {
        let text = String(decoding: try await call("web3_clientVersion").prefix(200), as: UTF8.self)
        guard let name = text.firstMatch(of: /^"([A-Za-z][A-Za-z0-9_-]*?)(\/|-v)/)?.1,
            let digits = text.firstMatch(of: /(\/|^"[A-Za-z0-9_]+-)v*([0-9]+(\.[0-9]+){1,3})/)?.2,
            let version = NodeVersion(digits), digits.contains(where: { $0 != "0" && $0 != "." })
        else { return nil }
        return NodeSoftware(name: name, version: version)
    }
}
