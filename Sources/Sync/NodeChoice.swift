internal import Chain

/// Which node is followed, of all as they are now.
///
/// Of the nodes that have something new the one with the least `Demerits` is followed, and of equals the first in the
/// configuration: that order is the operator's wish. A demerit is a clear difference and lasts for a while, so that a
/// node is left for a reason and not for a moment's luck:
///
/// | demerit | given | taken back |
/// |---|---|---|
/// | failing | more than two failures in a row, or a claim that stays empty | it gives what it failed to give |
/// | erring | an error, and twice as many of late as the best has | a quarter, or no more than the best has |
/// | late | has not by now what another had ten seconds ago | has what another had five seconds ago |
/// | slow | takes more than twice as long as the fastest | less than one and a half times |
///
/// One that is failing or erring is followed only after those that are neither have had their say since, which takes a
/// poll interval at most. In the midst of a run a node is left for one with less against it, and far from the run's end
/// also for an equal one that comes first.
///
/// Errors fade by half every two minutes: one costs a node four minutes of preference, a long outage about twelve. A pace
/// is as good as any up to a quarter of the poll interval: it is not what a block waits for. A node that gave no blocks
/// of late is taken for a fast one, so that it gets its chance where they come slowly. One that failed to give blocks is
/// asked for a block that we have once its errors have faded: nothing waits for it, and it is tried again and again. Where
/// all nodes are failing everything waits for it, and it is asked as soon as it may be.
struct NodeChoice: Sendable {
    /// With so many blocks to go a node is also left for an equal one that comes before it in the configuration.
    private static let longWay: Int64 = 100

    private let nodes: [NodeRecord]
    private let now: Instant

    init(among nodes: [NodeRecord], at now: Instant) {
        self.nodes = nodes
        self.now = now
    }

    /// The node for a run from `cursor` on: `pinned`, as long as it may be asked and no better one has the same to give; else the
    /// best that has something after `cursor`. None: keep what there is and wait.
    func node(after cursor: BlockReference, keeping pinned: Int?) -> Int? {
        let best = best { $0.height >= cursor.height && $0.reference != cursor }
        if let pinned, nodes[pinned].isOpen(at: now), let tip = nodes[pinned].tip, tip.height >= cursor.height,
            best.map({ !isBetter($0, than: pinned, isFar: tip.height - cursor.height > Self.longWay) }) ?? true
        {
            return pinned
        }
        return best
    }

    /// Whether it can go on with a run that ends at `height`.
    func serves(_ node: Int, reaching height: Int64) -> Bool {
        nodes[node].isOpen(at: now) && !nodes[node].isSpent && nodes[node].tip.map { $0.height >= height } ?? false
    }

    /// The best node that has reached `height`.
    func node(reaching height: Int64) -> Int? { best { $0.height >= height } }

    /// Whether it is to take over from `other` in the midst of a run, which it only may where it has, so far as can be
    /// seen, the same chain.
    private func isBetter(_ node: Int, than other: Int, isFar: Bool) -> Bool {
        guard let tip = nodes[node].tip, let otherTip = nodes[other].tip,
            tip.reference == otherTip.reference || tip.follows(otherTip.reference) || otherTip.follows(tip.reference)
        else { return false }
        return isFar ? rank(node) < rank(other) : rank(node).0 < rank(other).0
    }

    private func best(where suits: (Header) -> Bool) -> Int? {
        let candidates = nodes.indices.filter {
            nodes[$0].isOpen(at: now) && !nodes[$0].isSpent && !nodes[$0].isForked
                && (nodes[$0].tip.map(suits) ?? false) && !isTooEarly($0)
        }
        return candidates.min { rank($0) < rank($1) }
    }

    private func rank(_ node: Int) -> (Demerits, Int) { (nodes[node].conduct.demerits, node) }

    /// The word of one that failed of late waits for that of those which did not: they may have the same to give.
    private func isTooEarly(_ node: Int) -> Bool {
        guard nodes[node].conduct.demerits >= .erring else { return false }
        return nodes.contains {
            $0.conduct.demerits < .erring && $0.isOpen(at: now) && $0.tip != nil
                && $0.stateAsked < nodes[node].stateAsked
        }
    }
}
