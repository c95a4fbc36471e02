import Chain
import Payments
import Store

extension Plan.Network {
    /// How fast the networks with accounts are, and how far below the tip their tags stand.
    private static let paces: [(interval: Duration, lags: [FinalityTag: Int])] = [
        (.seconds(12), [.safe: 3, .finalized: 6]),  // ethereum
        (.milliseconds(450), [.safe: 1, .finalized: 3]),  // bsc
        (.milliseconds(250), [:]),  // arbitrum
        (.seconds(2), [.finalized: 4]),  // polygon
        (.seconds(2), [.safe: 5, .finalized: 9]),  // optimism, base
        (.seconds(1), [:]),  // avalanche
        (.seconds(5), [.safe: 2, .finalized: 5]),  // gnosis
    ]

    /// Makes it one with accounts, at the pace of one of those that there are.
    mutating func becomeAccounts(_ random: inout SplitMix64) {
        let pace = random.pick(Self.paces)
        style = .accounts
        interval = pace.interval
        lags = pace.lags
        pollInterval = max(interval / 6, .milliseconds(250))
        latency = .milliseconds(20) ... .milliseconds(150)
        mempool = nil
        // A liar's branch, and that of a node that was cut off, are within it.
        maxReorgDepth += Int(.seconds(120) / interval)
        hasLongPoll = hasLongPoll.map { _ in false }
        let tags = lags.keys.sorted { $0.rawValue < $1.rawValue }
        publications = publications.map { publication in
            // An address is one on all of them.
            let publication = publication.replacing(addressSpace: "accounts")
            guard !tags.isEmpty, random.chance(70) else { return publication }
            let counted = publication.terms.table.thresholds
            return publication.replacing(thresholds: Self.thresholds(under: tags, counted, &random))
        }
    }

    private static func thresholds(
        under tags: [FinalityTag], _ counted: Thresholds, _ random: inout SplitMix64
    ) -> Thresholds {
        let final = Threshold(Int32(random.int(1...3)), under: .finalized)
        switch random.int(0...2) {
        case 0: return Thresholds(credit: counted.credit, final: final)
        case 1 where tags.contains(.safe): return Thresholds(credit: Threshold(1, under: .safe), final: final)
        default: return Thresholds(credit: Threshold(1, under: .finalized), final: final)
        }
    }

    /// Has several nodes asked before anything is credited, of which some may lie about it for ever.
    mutating func demandQuorum(_ random: inout SplitMix64) {
        let needed = random.pick([2, 2, 3])
        nodes = needed + random.int(0...1)
        hasLongPoll = (0..<nodes).map { _ in style == .outputs && random.chance(50) }
        if random.chance(30) { liars = random.int(1...needed - 1) }
        let mayDrop = random.chance(30)
        publications = publications.map { publication in
            if mayDrop, random.chance(50) { return publication }
            var from: [String: Amount] = [:]
            for asset in publication.assets where random.chance(30) {
                from[asset.code] = Plan.amount(UInt64(random.pick([1, 20_000, 100_000])))
            }
            return publication.replacing(quorum: .some(Quorum(nodes: needed, from: from)))
        }
    }

    /// Has thresholds raised for a while after signs of trouble.
    mutating func takeCaution(_ random: inout SplitMix64) {
        let terms = CautionTerms(
            factor: Int32(random.int(2...3)), duration: .seconds(random.int(5...20)),
            reorgDepth: random.chance(50) ? Int64(random.int(1...3)) : nil, onTop: Int32(random.int(1...3)), ceiling: 12
        )
        if style == .outputs { blockSpacing = interval }
        publications = publications.map { $0.replacing(cautionTerms: terms) }
    }

    /// The most nodes that anything waits for.
    var quorum: Int { publications.compactMap(\.terms.quorum?.nodes).max() ?? 1 }
}

extension Publication {
    func replacing(
        addressSpace: String? = nil, thresholds: Thresholds? = nil, quorum: Quorum?? = nil,
        cautionTerms: CautionTerms? = nil
    ) -> Publication {
        let thresholds = thresholds ?? terms.table.thresholds
        return Publication(
            family: family, chain: chain, addressSpace: addressSpace ?? self.addressSpace,
            maximumBlockGap: maximumBlockGap, arrivalGrace: arrivalGrace, thresholds: thresholds,
            tiers: terms.table.tiers.filter { $0.thresholds.final.mayFollow(thresholds.credit) },
            quorum: quorum ?? terms.quorum, cautionTerms: cautionTerms ?? self.cautionTerms, assets: assets)
    }
}
