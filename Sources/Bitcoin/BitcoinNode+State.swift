public import Chain
internal import NodeHTTP

extension BitcoinNode {
    public func state() async throws(NodeError) -> NodeState {
        _ = try await session()
        let info = try await call("getblockchaininfo", as: BlockchainInfo.self)
        guard info.chain == parameters.name else {
            throw NodeError(
                .wrongChain,
                "\(name) serves the chain \(info.chain.prefix(20).debugDescription), not \(parameters.name)")
        }
        let best = try hash(info.bestblockhash, from: "getblockchaininfo")
        let known = tip
        let current =
            if let known, known.hash == best { known } else { try await header(of: best).header(at: info.blocks) }
        tip = current
        // A node of regtest stays in its initial download for as long as its tip is old, with nobody to get newer from.
        let isDownloading = info.initialblockdownload && parameters.chain != .regtest
        return NodeState(tip: current, isSynced: !isDownloading && info.headers <= info.blocks + 1)
    }

    /// By `waitforblockheight`, which returns at once when the block came between `state` and this call. A branch that
    /// is no higher than the one it replaces is not noticed; polling does that.
    public func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        guard let tip, tip.hash == known else { return }
        // 0 would mean to wait for ever.
        let milliseconds = min(max(timeout / .milliseconds(1), 1), 3_600_000)
        _ = try await call(
            "waitforblockheight", [.integer(tip.height + 1), .integer(Int64(milliseconds))], as: BestBlock.self,
            absent: [.unknownMethod], deadline: .milliseconds(Int64(milliseconds)) + .seconds(10))
    }

    /// What follows the first colon of its user agent (BIP 14): `/LitecoinCore:0.21.2.1/`.
    public func version() async throws(NodeError) -> NodeVersion? {
        let info = try await call("getnetworkinfo", as: NetworkInfo.self)
        return info.subversion.firstMatch(of: /:([0-9]+(\.[0-9]+){1,3})/).flatMap { NodeVersion($0.1) }
    }

    private struct NetworkInfo: Decodable, Sendable {
        let subversion: String
    }

    private struct BlockchainInfo: Decodable, Sendable {
        let chain: String
        let blocks: Int64
        let headers: Int64
        let bestblockhash: String
        let initialblockdownload: Bool
    }

    private struct BestBlock: Decodable, Sendable {
        let height: Int64
    }
}
