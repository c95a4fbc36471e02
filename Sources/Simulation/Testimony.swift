import Chain

/// What nodes said that was not so, and what daemons made of it.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class Testimony: @unchecked Sendable {
    struct Told {
        let lie: Lie
        let network: String
        let node: String
        let at: Duration
        /// Of an invented block: which.
        let block: BlockReference?
        var fate: Guard?
    }

    /// Something that a daemon told its operator.
    enum Alarm: Hashable {
        case held(network: String)
        case agreed(network: String)
        case frozen(network: String)
        /// More is taken to be settled than is.
        case believed(network: String)
        /// What was called settled is disconnected.
        case unsettled(network: String)
        /// What was called settled is not disconnected, for others have it.
        case defended(network: String)
        case halted(network: String)
        case distrusted(node: String)
    }

    /// For how long after a lie what a daemon says may be due to it.
    private static let patience = Duration.seconds(15)

    private let loop: Loop
    private(set) var told: [Told] = []
    private var alarms: [(alarm: Alarm, at: Duration)] = []
    /// The highest block that each node said a tag stands at, by tag and node.
    private(set) var finality: [String: [FinalityTag: [String: Int64]]] = [:]

    init(loop: Loop) { self.loop = loop }

    /// Notes a lie; returns its number.
    @discardableResult
    func note(_ lie: Lie, by node: ModelNode, block: BlockReference? = nil, fate: Guard? = nil) -> Int {
        told.append(
            Told(lie: lie, network: node.network, node: node.name, at: loop.now, block: block, fate: fate))
        return told.count - 1
    }

    func settle(_ number: Int, _ fate: Guard) { told[number].fate = fate }

    func note(_ alarm: Alarm) { alarms.append((alarm, loop.now)) }

    /// Notes what a node says of the chain's finality, true or not.
    func note(_ said: [FinalityTag: BlockReference], by node: ModelNode) {
        for (tag, block) in said {
            let before = finality[node.network]?[tag]?[node.name] ?? -1
            finality[node.network, default: [:]][tag, default: [:]][node.name] = max(before, block.height)
        }
    }

    /// How far a tag was ever said to stand by as many nodes as this.
    func highest(_ tag: FinalityTag, on network: String, nodes: Int = 1) -> Int64? {
        let heights = (finality[network]?[tag] ?? [:]).values.sorted(by: >)
        return heights.count >= nodes ? heights[nodes - 1] : nil
    }

    func has(told lies: Set<Lie>, on network: String) -> Bool {
        told.contains { lies.contains($0.lie) && $0.network == network }
    }

    /// How often each lie was told, and what became of it.
    /// - Parameter wasFollowed: whether a block that was invented was taken for ours once.
    func report(wasFollowed: (BlockReference) -> Bool) -> [Lie: [Guard: Int]] {
        var report: [Lie: [Guard: Int]] = [:]
        for told in told { report[told.lie, default: [:]][fate(of: told, wasFollowed), default: 0] += 1 }
        return report
    }

    private func fate(of told: Told, _ wasFollowed: (BlockReference) -> Bool) -> Guard {
        if let fate = told.fate { return fate }
        if hasTold(.halted(network: told.network), from: told.at) { return .halted }
        let network = told.network
        let wasHeld = wasHeld(network, from: told.at)
        switch told.lie {
        case .wrongHash, .falseAgreement: return wasHeld ? .held : .outvoted
        case .finalityRegress:
            return hasTold(.frozen(network: network), from: told.at) ? .frozen : .outvoted
        case .finalityAhead: return hasTold(.believed(network: network), from: told.at) ? .trusted : .outvoted
        case .inventedBranch:
            if let block = told.block, wasFollowed(block) { return wasHeld ? .held : .undone }
            return hasTold(.distrusted(node: told.node), from: told.at) ? .distrusted : .outvoted
        case .staleTip, .tipBeyond, .emptyClaim:
            return hasTold(.distrusted(node: told.node), from: told.at) ? .distrusted : .outvoted
        default: return .outvoted
        }
    }

    private func hasTold(_ alarm: Alarm, from instant: Duration) -> Bool {
        alarms.contains { $0.alarm == alarm && $0.at >= instant && $0.at <= instant + Self.patience }
    }

    /// Whether credits were held at this instant, or were soon after.
    private func wasHeld(_ network: String, from instant: Duration) -> Bool {
        if hasTold(.held(network: network), from: instant) { return true }
        let before = alarms.last {
            $0.at <= instant && ($0.alarm == .held(network: network) || $0.alarm == .agreed(network: network))
        }
        return before?.alarm == .held(network: network)
    }
}
