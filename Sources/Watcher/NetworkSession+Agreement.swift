import Chain
import Logging
import Payments
import Store

/// What nodes are asked before anything is credited, and before what is settled is taken back.
extension NetworkSession {
    func agreement(on decide: (Agreement, inout Step) -> Void) async throws -> Agreement {
        let testimony = await Witnesses(nodes).testify(
            // A reload may have taken the quorum away.
            under: policy.terms, locks: locks,
            credited: { agreement in
                var trial = step()
                decide(agreement, &trial)
                return trial.changes.flatMap(\.creditedOrRefused)
            })
        if testimony.wereAsked { agreementAsked = now }
        awaitsLocks = testimony.awaitsLocks
        dissent = testimony.dissent
        return testimony.agreement
    }

    private func locks(of transactions: [Hash256: BlockReference]) async -> Set<Hash256> {
        do throws(NodeError) {
            return try await fromAnyNode { node throws(NodeError) in try await node.locked(transactions) }
        } catch {
            logger.warning("locks on transactions can't be asked for", metadata: ["reason": "\(error)"])
            return []
        }
    }

    /// Whether blocks down to `block` may be disconnected on the word of the node whose branch leaves ours there. Where a
    /// quorum is asked for and a tag has settled some of them, not while as many nodes still have what is settled.
    func mayDisconnect(to block: BlockReference) async throws -> Bool {
        guard let quorum = policy.quorum,
            let height = base.finality.filter({ $0.key != .instantsend && $0.key != .safe }).map(\.value).max(),
            height > block.height,
            let settled = try await store.window(settings.maxReorgDepth + 1).first(where: { $0.height == height })
        else { return true }
        guard await Witnesses(nodes).opinions(on: settled.reference).agreeing >= quorum.nodes else { return true }
        logger.error(
            "a branch that takes back settled blocks is refused",
            metadata: ["to": "\(block)", "settled": "\(settled.reference)"])
        return false
    }
}
