public import Chain
internal import NodeHTTP

extension BitcoinNode {
    public func state() async throws(NodeError) -> NodeState {
        _ = try await session()
        let info = try await information()
        guard info.chain == parameters.name else {
            throw NodeError(
                .wrongChain,
                "\(name) serves the chain \(info.chain.prefix(20).debugDescription), not \(parameters.name)")
        }
        let current = try await header(
            of: try hash(info.bestblockhash, from: "getblockchaininfo"), at: info.blocks.value)
        tip = current
        return NodeState(tip: current, lack: lack(info), keptFrom: info.keptFrom)
    }

    private func lack(_ info: BlockchainInfo) -> String? {
        // A node of regtest stays in its initial download for as long as its tip is old, with nobody to get newer from.
        let isDownloading = info.initialblockdownload && parameters.chain != .regtest
        guard isDownloading || info.headers.value > info.blocks.value + 1 else { return nil }
        return "it is at block \(info.blocks.value) of \(info.headers.value)"
            + (isDownloading ? ", in its initial download (getblockchaininfo)" : " (getblockchaininfo)")
    }

    private func information() async throws(NodeError) -> BlockchainInfo {
        try await call("getblockchaininfo", as: BlockchainInfo.self)
    }

    /// Throws when the node has pruned this block, which is why it does not have it.
    func checkKept(_ block: BlockReference) async throws(NodeError) {
        guard let keptFrom = try await information().keptFrom, block.height < keptFrom else { return }
        throw NodeError(
            .refused,
            """
            \(name): block \(block) is pruned there; the node keeps blocks from \(keptFrom) on (getblockchaininfo): \
            configure one that keeps more
            """)
    }

    /// The header of the node's tip. Where its height is comes from what the node says of this very block: were it taken
    /// from elsewhere and kept, a claim would outlive its end. Two answers that differ about it are a lie.
    private func header(of best: Hash256, at height: Int64) async throws(NodeError) -> Header {
        if let tip, tip.hash == best, tip.height == height { return tip }
        let place = try await call("getblockheader", [.string(best.description), true], as: HeaderPlace.self)
        guard place.height.value == height else {
            throw NodeError(
                .malformed, "\(name): it gives its best block \(best) the height \(height), and \(place.height.value)")
        }
        return try await header(of: best).header(at: height)
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

    /// The first name and version of its user agent (BIP 14): `/LitecoinCore:0.21.2.1/`.
    public func software() async throws(NodeError) -> NodeSoftware? {
        let info = try await call("getnetworkinfo", as: NetworkInfo.self)
        guard let match = info.subversion.firstMatch(of: /([^\/:]*):([0-9]+(\.[0-9]+){1,3})/),
            let version = NodeVersion(match.2)
        else { return nil }
        return NodeSoftware(name: match.1, version: version)
    }

    private struct NetworkInfo: Decodable, Sendable {
        let subversion: String
    }

    private struct BlockchainInfo: Decodable, Sendable {
        let chain: String
        let blocks: Height
        let headers: Height
        let bestblockhash: String
        let initialblockdownload: Bool
        let pruned: Bool?
        let pruneheight: Height?

        /// The lowest block that it keeps, where it does not keep all.
        var keptFrom: Int64? { pruned == true ? pruneheight?.value ?? 0 : nil }
    }

    private struct BestBlock: Decodable, Sendable {
        let height: Height
    }
}
