import Chain
import Foundation
import Payments
import Store
import Sync

/// The world of one seed before anything happens: networks, projects, and who will be paid where.
struct Plan: Sendable {
    struct Network {
        let name: String
        /// The first is in force at the start; each change of policy takes the next.
        var publications: [Publication]
        var nodes: Int
        var hasLongPoll: [Bool]
        var maxReorgDepth: Int
        var startHeight: Int64?
        var pollInterval: Duration
        /// From one block to the next, on the average.
        var interval: Duration
        /// Blocks that are there at the start.
        let history: Int
        var mempool: MempoolView.Settings?
        /// Of a transaction being in the next block, in a hundred.
        let minedPercent: Int
        var style = ForkTree.Style.outputs
        /// As the daemons are told; nil where they are not.
        var blockSpacing: Duration?
        /// How far below the tip its finality tags stand.
        var lags: [FinalityTag: Int] = [:]
        /// How long its nodes take to answer when all is well.
        var latency = Duration.milliseconds(1) ... .milliseconds(40)
        /// How many of its nodes give another block at every height, for ever: the last ones.
        var liars = 0
        /// The node that claims a tip of which it shows nothing, for ever.
        var boaster: Int?

        /// Whether a node gives another block at every height.
        func isLiar(_ node: Int) -> Bool { node >= nodes - liars }
    }

    struct Option {
        let network: Int
        let asset: Asset
        let key: UInt32
        let address: String
        let amount: Amount?
    }

    struct Owner {
        let id: UUID
        let isInvoice: Bool
        let project: String
        let reference: String
        private(set) var options: [Option]
        /// An option that comes later.
        let later: Option?
        let expiresIn: Duration

        mutating func add(_ option: Option) { options.append(option) }
    }

    var networks: [Network]
    let projects: [String: ProjectTerms]
    var owners: [Owner]
    let daemons: Int
    /// When faults stop.
    var end: Duration
}

extension Plan {
    /// - Parameter isPlain: only networks with proof of work, no finality tags, and no quorum.
    init(seed: UInt64, isPlain: Bool) {
        var random = SplitMix64(seed: seed, "plan")
        end = random.duration(.seconds(120) ... .seconds(600))
        daemons = random.chance(80) ? 2 : 1
        networks = (0..<(random.chance(60) ? 2 : 1)).map { Self.network($0, &random) }
        var projects: [String: ProjectTerms] = [:]
        let names = ["shop", "stall"].prefix(random.int(1...2))
        for name in names { projects[name] = Self.terms(&random) }
        self.projects = projects
        var owners: [Owner] = []
        for place in 0..<random.int(3...10) {
            owners.append(Self.owner(place, networks, Array(names), owners, &random))
        }
        self.owners = owners
        if !isPlain {
            diversify(seed: seed)
            addBoasters(seed: seed)
        }
    }

    /// Some of the networks that have another honest node get one that boasts.
    private mutating func addBoasters(seed: UInt64) {
        var random = SplitMix64(seed: seed, "boasts")
        for place in networks.indices where random.chance(40) {
            let honest = networks[place].nodes - networks[place].liars
            guard honest > 1 else { continue }
            networks[place].boaster = random.int(0...honest - 1)
        }
    }

    /// Makes some of the networks others, adds one, and has nodes asked for their agreement.
    private mutating func diversify(seed: UInt64) {
        var random = SplitMix64(seed: seed, "diversity")
        guard random.chance(75) else { return }
        for place in networks.indices where random.chance(60) { networks[place].becomeAccounts(&random) }
        if random.chance(40) {
            var more = Self.network(networks.count, &random)
            more.becomeAccounts(&random)
            networks.append(more)
            for place in owners.indices where owners[place].isInvoice && random.chance(50) {
                owners[place].add(option(of: owners[place], at: place, on: networks.count - 1, &random))
            }
        }
        for place in networks.indices where random.chance(60) { networks[place].demandQuorum(&random) }
        for place in networks.indices where random.chance(50) { networks[place].takeCaution(&random) }
        // There may not be the time to reach it.
        for place in networks.indices {
            networks[place].startHeight = networks[place].startHeight.map { min($0, Int64(networks[place].history)) }
        }
        let fastest = networks.map(\.pollInterval).min() ?? end
        end = min(end, fastest * Self.pollsMaximum)
    }

    /// What keeps the cost of a seed with fast networks within bounds.
    private static let pollsMaximum = 240

    private func option(
        of owner: Owner, at place: Int, on network: Int, _ random: inout SplitMix64
    ) -> Option {
        let key = UInt32(place * 10 + 9 + 1_000)
        return Option(
            network: network, asset: random.pick(networks[network].publications[0].assets), key: key,
            address: "model-\(key)",
            amount: owner.options[0].amount.map { _ in Self.amount(UInt64(random.int(5_000...200_000))) })
    }

    private static func network(_ number: Int, _ random: inout SplitMix64) -> Network {
        let name = ["alpha", "beta", "gamma"][number]
        let code = name.uppercased()
        let assets = [
            Asset(
                code: code, contract: nil, decimals: 8,
                minimumDeposit: random.chance(50) ? .zero : amount(1_000),
                transferFee: random.chance(50) ? .zero : amount(700)),
            Asset(
                code: code + "_TOKEN", contract: ModelAddresses.key(77), decimals: 6, minimumDeposit: .zero,
                transferFee: random.chance(50) ? .zero : amount(50)),
        ]
        let family = Publication(
            family: "model", chain: name, maximumBlockGap: .seconds(random.int(60...400)),
            arrivalGrace: .seconds(random.int(0...5)), thresholds: Thresholds(credit: 1, final: 1), assets: assets)
        let publications = (0..<3).map { _ in Self.publication(family, &random) }
        let nodes = random.int(1...3)
        return Network(
            name: name, publications: publications, nodes: nodes,
            hasLongPoll: (0..<nodes).map { _ in random.chance(50) }, maxReorgDepth: random.int(24...40),
            startHeight: random.chance(40) ? Int64(random.int(1...12)) : nil,
            pollInterval: .seconds(random.int(2...5)), interval: random.duration(.seconds(3) ... .seconds(20)),
            history: random.int(4...60),
            mempool: random.chance(80)
                ? MempoolView.Settings(
                    interval: .seconds(random.int(1...5)), batch: random.pick([2, 100]),
                    maximum: random.pick([4, 1_000]),
                    expiry: .seconds(random.pick([30, 1_209_600]))) : nil,
            minedPercent: random.int(30...90))
    }

    private static func publication(_ family: Publication, _ random: inout SplitMix64) -> Publication {
        let credit = Int32(random.int(1...4))
        let final = credit + Int32(random.int(0...4))
        var tiers: [Tier] = []
        if random.chance(40) {
            let more = credit + Int32(random.int(0...2))
            tiers.append(
                Tier(
                    asset: family.assets[0].code, from: amount(100_000),
                    thresholds: Thresholds(credit: more, final: max(more, final) + Int32(random.int(0...2))))
            )
        }
        return Publication(
            family: family.family, chain: family.chain, maximumBlockGap: family.maximumBlockGap,
            arrivalGrace: family.arrivalGrace, thresholds: Thresholds(credit: credit, final: final), tiers: tiers,
            assets: family.assets)
    }

    private static func terms(_ random: inout SplitMix64) -> ProjectTerms {
        ProjectTerms(
            serviceFee: BasisPoints(Int32(random.pick([0, 0, 100, 190, 1_234]))),
            isServiceFeeByClient: random.chance(40), isTransferFeeByClient: random.chance(40),
            underpayTolerance: BasisPoints(Int32(random.pick([0, 0, 100]))),
            overpayTolerance: BasisPoints(Int32(random.pick([0, 0, 100, 5_000]))),
            autoConfirm: random.chance(30) ? BasisPoints(9_000) : nil,
            latePolicy: random.chance(40) ? .settle : .credit)
    }

    private static func owner(
        _ place: Int, _ networks: [Network], _ projects: [String], _ before: [Owner], _ random: inout SplitMix64
    ) -> Owner {
        let isInvoice = random.chance(65)
        let hasAmount = random.chance(85)
        let count = isInvoice ? random.int(1...3) : 1
        var options = (0..<(count + 1)).map { number -> Option in
            let network = random.int(0...networks.count - 1)
            let asset = random.pick(networks[network].publications[0].assets)
            let key = UInt32(place * 10 + number + 1_000)
            return Option(
                network: network, asset: asset, key: key, address: random.chance(4) ? "bogus-\(key)" : "model-\(key)",
                amount: isInvoice && hasAmount ? amount(UInt64(random.int(5_000...200_000))) : nil)
        }
        var project = random.pick(projects)
        var reference = "\(isInvoice ? "order" : "customer")-\(place)"
        if let other = before.last, random.chance(12) {
            // The address of somebody else; of one's own other wallet it may be had.
            let taken = other.options[0]
            options[0] = Option(
                network: taken.network,
                asset: networks[taken.network].publications[0].assets.first { $0 != taken.asset }!,
                key: taken.key, address: taken.address, amount: options[0].amount)
            if !other.isInvoice, !isInvoice {
                project = other.project
                reference = other.reference
            }
        }
        let later = options.removeLast()
        return Owner(
            id: uuid(&random), isInvoice: isInvoice, project: project, reference: reference, options: options,
            later: isInvoice && random.chance(25) ? later : nil, expiresIn: .seconds(random.int(15...300)))
    }

    static func amount(_ units: UInt64) -> Amount { Amount(UInt256(units)) }

    static func uuid(_ random: inout SplitMix64) -> UUID {
        var bytes = [random.next(), random.next()].flatMap { word in
            (0..<8).map { (place: Int) in UInt8(truncatingIfNeeded: word >> (UInt64(place) * 8)) }
        }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }
}
