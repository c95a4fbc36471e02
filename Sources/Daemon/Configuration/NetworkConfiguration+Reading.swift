import Chain
import NodeHTTP
import Payments
import Sync

extension NetworkConfiguration {
    private static let keys = [
        "network", "family", "nodes", "confirmations", "max_reorg_depth", "max_block_gap", "arrival_grace", "start",
        "poll_interval", "minimum_node_version", "quorum", "caution", "assets",
    ]

    static func read(_ file: SettingsFile, _ registry: inout NetworkRegistry) -> NetworkConfiguration? {
        guard let root = file.root() else { return nil }
        let network = root.required("network", .networkName)
        registry.claim(network, "network", in: root)
        if network == "settlement" {
            root.report("the name settlement is confirmd's own; take another", at: "network")
        }
        // Another family has other keys: nothing further could be said about its file.
        guard let name = root.required("family", .one(of: Family.all.map(\.name))),
            let family = Family.all.first(where: { $0.name == name })
        else { return nil }
        root.permit(keys + family.keys)
        let entries = root.sections("assets", atMost: 1_000)
        let adapter = family.adapter(root, entries ?? [])
        if let adapter { registry.claim(chain: adapter.chain, of: family, in: root) }
        let nodes = root.sections("nodes", atMost: 16).map { Nodes($0, of: family) }
        let assets = entries.flatMap { Self.assets($0, adapter, of: family, &registry) }
        let confirmations = root.section("confirmations").flatMap {
            Self.confirmations($0, assets, adapter?.finalityTags ?? [])
        }
        let depth = root.value("max_reorg_depth", .wholeNumber(1...100_000), default: 576)
        check(depth, confirmations, adapter, in: root)
        let gap = root.value(
            "max_block_gap", .seconds(.seconds(1)...(.seconds(30 * 86_400)), example: "3h"), default: .seconds(10_800))
        let grace = root.value(
            "arrival_grace", .seconds(.zero...(.seconds(86_400)), example: "60s"), default: .seconds(60))
        let start = root.value("start", .start, default: .tip)
        let mempool = family.keys.contains("mempool") ? root.optionalSection("mempool").map(Self.mempool) : .some(nil)
        let poll = root.value(
            "poll_interval", .milliseconds(.milliseconds(100)...(.seconds(300)), example: "5s"),
            default: adapter?.pollInterval ?? .seconds(5))
        let version = root.optional("minimum_node_version", .nodeVersion)
        let agreeing = root.value("quorum", .wholeNumber(1...16), default: 1)
        if let agreeing, let count = nodes?.different, agreeing > count {
            root.report(
                "\"quorum\" must not be above the number of different nodes (\(count)), not \(agreeing)", at: "quorum")
        }
        let caution =
            root.contains("caution")
            ? root.section("caution").map { Self.caution($0, below: depth, adapter) } : .some(nil)
        guard let network, let adapter, let nodes, let caution, let confirmations, let depth, let gap, let grace,
            let start,
            let mempool, let poll, let agreeing, let assets
        else { return nil }
        return NetworkConfiguration(
            network: network, family: family.name, adapter: adapter, nodes: nodes.access,
            terms: PolicyTerms(
                confirmations,
                quorum: agreeing > 1 ? Quorum(nodes: agreeing, from: Self.quorumFrom(entries ?? [], assets)) : nil),
            cautionTerms: caution,
            maxReorgDepth: depth, maxBlockGap: gap,
            arrivalGrace: grace, start: start, pollInterval: poll, mempool: mempool, minimumNodeVersion: version,
            assets: assets)
    }

    private static func mempool(_ section: Section) -> MempoolView.Settings? {
        section.permit(["interval", "batch", "maximum", "expiry"])
        let usual = MempoolView.Settings()
        let interval = section.value(
            "interval", .seconds(.seconds(1)...(.seconds(3_600)), example: "5s"), default: usual.interval)
        let batch = section.value("batch", .wholeNumber(1...10_000), default: usual.batch)
        let maximum = section.value("maximum", .wholeNumber(1...5_000_000), default: usual.maximum)
        let expiry = section.value(
            "expiry", .seconds(.seconds(3_600)...(.seconds(366 * 86_400)), example: "336h"), default: usual.expiry)
        guard let interval, let batch, let maximum, let expiry else { return nil }
        return MempoolView.Settings(interval: interval, batch: batch, maximum: maximum, expiry: expiry)
    }

    /// The deepest reorganization on record of a chain that has finality tags took six minutes: 187 blocks of Polygon's,
    /// in 2023.
    private static let usualWaitOnTop = Duration.seconds(600)

    private static func caution(_ section: Section, below depth: Int?, _ adapter: ChainAdapter?) -> CautionTerms? {
        let hasTags = adapter?.finalityTags.isEmpty == false
        section.permit(["factor", "for", "reorg_depth"] + (hasTags ? ["on_top"] : []))
        let factor = section.value("factor", .wholeNumber(2...100), default: Int32(2))
        let duration = section.value(
            "for", .seconds(.seconds(1)...(.seconds(30 * 86_400)), example: "6h"), default: .seconds(21_600))
        let reorgDepth = section.optional("reorg_depth", .wholeNumber(1...100_000)).map(Int64.init)
        let usual = adapter.map { Int32((usualWaitOnTop / $0.blockTime).rounded(.up)) } ?? 1
        let onTop = hasTags ? section.value("on_top", .wholeNumber(1...100_000), default: max(1, usual)) : 1
        guard let factor, let duration, let onTop, let depth else { return nil }
        return CautionTerms(
            factor: factor, duration: duration, reorgDepth: reorgDepth, onTop: onTop, ceiling: Int32(depth - 1))
    }

    private static func check(
        _ depth: Int?, _ confirmations: ThresholdTable?, _ adapter: ChainAdapter?, in root: Section
    ) {
        guard let depth else { return }
        if let final = confirmations?.deepest, depth <= final {
            root.report(
                "\"max_reorg_depth\" must be above the confirmations' \"final\" (\(final)), not \(depth)",
                at: "max_reorg_depth")
        }
        if let maturity = adapter?.maturity, depth <= maturity {
            root.report(
                """
                "max_reorg_depth" must be above \(maturity), the confirmations that the chain itself asks of a miner's \
                reward, not \(depth)
                """,
                at: "max_reorg_depth")
        }
    }
}

extension Syntax where Value == NodeVersion {
    static var nodeVersion: Self {
        Self("a version such as \"0.21.5.6\"") { text, _ in NodeVersion(text) }
    }
}

extension Start {
    fileprivate var written: String {
        switch self {
        case .tip: "tip"
        case .height(let height): String(height)
        }
    }
}

extension Syntax where Value == Start {
    static var start: Self {
        Self("tip or the height of a block", written: \.written) { text, isQuoted in
            if text == "tip" { return .tip }
            guard !isQuoted, text.wholeMatch(of: /0|[1-9][0-9]{0,11}/) != nil else { return nil }
            return Int64(text).map { .height($0) }
        }
    }
}
