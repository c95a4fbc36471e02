import Chain
import Logging
import Payments
import Store

/// What nodes are asked before anything is credited: several of them for its block, one for locks on its transaction. A
/// decision is tried as if they said yes; only where that would credit something are they asked.
extension NetworkSession {
    func agreement(on decide: (Agreement, inout Step) -> Void) async throws -> Agreement {
        var agreement = Agreement()
        let usesLocks = inForce.tags.contains(.instantsend)
        awaitsLocks = awaitsLocks && usesLocks
        if usesLocks {
            let credited = credited(by: decide, Agreement(height: .max, locked: .max))
            agreement.locked = await locks(of: credited.filter { $0.required.credit.tag == .instantsend })
        }
        // A reload may have taken the quorum away.
        guard let quorum = policy.quorum else {
            dissent = nil
            return agreement
        }
        let deposits = credited(by: decide, Agreement(height: .max, locked: agreement.locked ?? .max))
        guard let highest = deposits.compactMap(\.block?.reference).max(by: { $0.height < $1.height }) else {
            dissent = nil
            return agreement
        }
        agreementAsked = now
        // Who has this block has all before it. What waited for a tag has to be settled by as many nodes' word.
        let words = await ask(about: highest, settled: settled(for: deposits))
        if words.count(where: { $0 == .agrees }) >= quorum.nodes {
            agreement.height = highest.height
            dissent = nil
        } else {
            dissent = Dissent(
                block: highest, wanted: quorum.nodes,
                words: zip(nodes, words).map { Dissent.Opinion(node: $0.name, word: $1) })
        }
        return agreement
    }

    /// What a decision credits, or refuses to credit for its amount, should nodes agree so far.
    private func credited(by decide: (Agreement, inout Step) -> Void, _ agreement: Agreement) -> [Deposit] {
        var trial = step()
        decide(agreement, &trial)
        return trial.changes.flatMap { $0.credited + $0.deposits.filter(\.isRefused) }
    }

    /// How far each finality tag has to stand for these deposits to be credited. Locks are asked for by themselves.
    private func settled(for deposits: [Deposit]) -> [FinalityTag: Int64] {
        var heights: [FinalityTag: Int64] = [:]
        for deposit in deposits {
            guard let block = deposit.block?.reference else { continue }
            let due = deposit.required.credit.due(from: block.height)
            guard let tag = due.tag, tag != .instantsend else { continue }
            heights[tag] = max(heights[tag] ?? due.height, due.height)
        }
        return heights
    }

    /// Whether blocks down to `block` may be disconnected on the word of the node whose branch leaves ours there. Where a
    /// quorum is asked for and a tag has settled some of them, not while as many nodes still have what is settled.
    func mayDisconnect(to block: BlockReference) async throws -> Bool {
        guard let quorum = policy.quorum,
            let height = base.finality.filter({ $0.key != .instantsend && $0.key != .safe }).map(\.value).max(),
            height > block.height,
            let settled = try await store.window(settings.maxReorgDepth + 1).first(where: { $0.height == height })
        else { return true }
        let words = await ask(about: settled.reference)
        guard words.count(where: { $0 == .agrees }) >= quorum.nodes else { return true }
        logger.error(
            "a branch that takes back settled blocks is refused",
            metadata: ["to": "\(block)", "settled": "\(settled.reference)"])
        return false
    }

    /// The last block before the first with one of these deposits whose transaction has no lock.
    private func locks(of deposits: [Deposit]) async -> Int64 {
        let blocks = Dictionary(
            deposits.compactMap { deposit in deposit.block.map { (deposit.transaction, $0.reference) } },
            uniquingKeysWith: { first, _ in first })
        awaitsLocks = false
        guard !blocks.isEmpty else { return .max }
        agreementAsked = now
        var locked: Set<Hash256> = []
        do throws(NodeError) {
            locked = try await fromAnyNode { node throws(NodeError) in try await node.locked(blocks) }
        } catch {
            logger.warning("locks on transactions can't be asked for", metadata: ["reason": "\(error)"])
        }
        let open = blocks.filter { !locked.contains($0.key) }.map(\.value.height)
        awaitsLocks = !open.isEmpty
        return open.min().map { $0 - 1 } ?? .max
    }

    /// What each node says of a block of ours, and of how far the chain is settled, all asked at the same time.
    private func ask(about block: BlockReference, settled: [FinalityTag: Int64] = [:]) async -> [Dissent.Word] {
        await withTaskGroup(of: (Int, Dissent.Word).self) { group in
            for (place, node) in nodes.enumerated() {
                group.addTask {
                    do throws(NodeError) {
                        guard let header = try await node.header(at: block.height) else { return (place, .lacks) }
                        guard header.reference == block else { return (place, .differs(header.hash)) }
                        guard !settled.isEmpty else { return (place, .agrees) }
                        let finality = try await node.finality()
                        let open = settled.filter { $0.value > finality[$0.key]?.height ?? -1 }
                        return (place, open.keys.min { $0.rawValue < $1.rawValue }.map { .unsettled($0) } ?? .agrees)
                    } catch {
                        return (place, .failed(error.message))
                    }
                }
            }
            var words = Array(repeating: Dissent.Word.lacks, count: nodes.count)
            for await (place, word) in group { words[place] = word }
            return words
        }
    }
}

extension Deposit {
    /// Where it would have been credited it was found to be too little.
    fileprivate var isRefused: Bool {
        status == .rejected && [Rejection.belowMinimum.rawValue, Rejection.belowFee.rawValue].contains(reason)
    }
}
