public import Chain
public import Payments

/// The nodes that are asked before anything is credited: several of them for its block, one for locks on its transaction.
public struct Witnesses: Sendable {
    let nodes: [any ChainNode]

    public init(_ nodes: [any ChainNode]) { self.nodes = nodes }

    /// What they said of a decision.
    public struct Testimony: Sendable {
        public var agreement = Agreement()
        /// Nil where enough of them agree, or none had to be asked.
        public var dissent: Dissent?
        var awaitsLocks = false
        var wereAsked = false

        /// Of nodes that were not asked.
        public init() {}
    }

    /// Tries a decision as if they said yes, and asks them only where that would credit something.
    ///
    /// - Parameters:
    ///   - terms: what is in force.
    ///   - locks: which of these transactions have one; the first node that answers is asked unless given.
    ///   - credited: what the decision credits, or refuses to credit for its amount, should nodes agree so far.
    public func testify(
        under terms: PolicyTerms, isolation: isolated (any Actor)? = #isolation,
        locks: (([Hash256: BlockReference]) async -> Set<Hash256>)? = nil, credited: (Agreement) -> [Deposit]
    ) async -> Testimony {
        var testimony = Testimony()
        if terms.table.tags.contains(.instantsend) {
            let waiting = credited(.everyone).filter { $0.required.credit.tag == .instantsend }
            let blocks = Dictionary(
                waiting.compactMap { deposit in deposit.block.map { (deposit.transaction, $0.reference) } },
                uniquingKeysWith: { first, _ in first })
            var locked: Set<Hash256> = []
            if !blocks.isEmpty { locked = if let locks { await locks(blocks) } else { await self.locks(of: blocks) } }
            let open = blocks.filter { !locked.contains($0.key) }.map(\.value.height)
            testimony.wereAsked = !blocks.isEmpty
            testimony.awaitsLocks = !open.isEmpty
            testimony.agreement.locked = open.min().map { $0 - 1 } ?? .max
        }
        guard let quorum = terms.quorum else { return testimony }
        let deposits = credited(Agreement(height: .max, locked: testimony.agreement.locked ?? .max))
        guard let highest = deposits.compactMap(\.block?.reference).max(by: { $0.height < $1.height }) else {
            return testimony
        }
        testimony.wereAsked = true
        // Who has this block has all before it. What waited for a tag has to be settled by as many nodes' word.
        let opinions = await opinions(on: highest, settled: Self.settled(for: deposits))
        if opinions.agreeing >= quorum.nodes {
            testimony.agreement.height = highest.height
        } else {
            testimony.dissent = Dissent(block: highest, wanted: quorum.nodes, words: opinions)
        }
        return testimony
    }

    private func locks(of transactions: [Hash256: BlockReference]) async -> Set<Hash256> {
        for node in nodes {
            if case .success(let locked) = await answer({ () throws(NodeError) in try await node.locked(transactions) })
            {
                return locked
            }
        }
        return []
    }

    /// How far each finality tag has to stand for these deposits to be credited. Locks are asked for by themselves.
    private static func settled(for deposits: [Deposit]) -> [FinalityTag: Int64] {
        var heights: [FinalityTag: Int64] = [:]
        for deposit in deposits {
            guard let block = deposit.block?.reference else { continue }
            let due = deposit.required.credit.due(from: block.height)
            guard let tag = due.tag, tag != .instantsend else { continue }
            heights[tag] = max(heights[tag] ?? due.height, due.height)
        }
        return heights
    }

    /// What each node says of a block of ours, and of how far the chain is settled, all asked at the same time. Where two
    /// names lead to one node its word counts once: where an answer came from is known when it is there.
    func opinions(on block: BlockReference, settled: [FinalityTag: Int64] = [:]) async -> [Dissent.Opinion] {
        var words = await withTaskGroup(of: (Int, Dissent.Word).self) { group in
            for (place, node) in nodes.enumerated() {
                group.addTask { (place, await Self.word(of: node, on: block, settled)) }
            }
            var words = Array(repeating: Dissent.Word.lacks, count: nodes.count)
            for await (place, word) in group { words[place] = word }
            return words
        }
        let agreeing = words.indices.filter { words[$0] == .agrees }
        let repeats = NodePlace.repeats(agreeing.map { nodes[$0].places })
        for (node, first) in zip(agreeing, repeats) {
            if let first { words[node] = .repeats(nodes[agreeing[first]].name) }
        }
        return zip(nodes, words).map { Dissent.Opinion(node: $0.name, word: $1) }
    }

    private static func word(
        of node: any ChainNode, on block: BlockReference, _ settled: [FinalityTag: Int64]
    ) async -> Dissent.Word {
        do throws(NodeError) {
            guard let header = try await node.header(at: block.height) else { return .lacks }
            guard header.reference == block else { return .differs(header.hash) }
            guard !settled.isEmpty else { return .agrees }
            let finality = try await node.finality()
            let open = settled.filter { $0.value > finality[$0.key]?.height ?? -1 }
            return open.keys.min { $0.rawValue < $1.rawValue }.map { .unsettled($0) } ?? .agrees
        } catch {
            return .failed(error.message)
        }
    }
}

extension [Dissent.Opinion] {
    /// How many different nodes agree.
    var agreeing: Int { count { $0.word == .agrees } }
}

extension PolicyTerms {
    /// Whether anything is credited only after nodes were asked.
    public var asksNodes: Bool { quorum != nil || table.tags.contains(.instantsend) }
}

extension Changes {
    /// The deposits that a decision credits, and those that it would have credited but for their amount.
    public var creditedOrRefused: [Deposit] { credited + deposits.filter(\.isRefused) }
}

extension Deposit {
    /// Where it would have been credited it was found to be too little.
    fileprivate var isRefused: Bool {
        switch standing {
        case .rejected(.belowMinimum), .rejected(.belowFee): true
        case .rejected(.unexpectedAsset), .rejected(.wrongNetwork), .rejected(.ownFunds), .detected, .credited, .final,
            .orphaned, .reversed, .dropped:
            false
        }
    }
}
