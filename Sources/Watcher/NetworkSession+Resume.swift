import Chain
import Logging
import Payments
import Store
import Sync

/// What operators do about a halt.
extension NetworkSession {
    /// Where a network is taken up again, when not at its tip.
    private struct Restart: Sendable {
        let block: BlockReference
        /// The block's header, where it is not stored.
        var header: Header?
    }

    /// How far the clocks of two makers of blocks may be apart, in seconds (Bitcoin Core `MAX_FUTURE_BLOCK_TIME`; no
    /// other chain allows more).
    private static let clockDifference: Int64 = 7_200

    /// Takes up the halted network again. The session ends with it: everything begins anew from the database.
    func carryOut(_ command: WaitingCommand) async throws {
        guard case .resume(let resync) = command.subject else { return }
        guard base.isHalted else {
            var step = step()
            step.command = command.number
            step.refusal = WaitingCommand.ResumeRefusal.notHalted.rawValue
            return try await commit(step)
        }
        var restart: Restart?
        if resync {
            do throws(NodeError) { restart = try await self.restart() } catch {
                logger.warning("a resynchronization waits for a node", metadata: ["reason": "\(error)"])
                return
            }
        }
        try await decideAndCommit(
            { [restart] in DossierQuery(above: restart?.block.height) },
            decide: { dossiers, agreement, step in
                step.command = command.number
                step.isTakenUp = true
                guard let restart else { return }
                step.disconnect(to: restart.block)
                step.headers = [restart.header].compactMap(\.self)
                let facts = Facts(
                    reach: self.reach(restart.block.height, agreement), disconnectedTo: restart.block.height)
                step.changes = dossiers.map { settle($0, facts, self.policy) }
            })
        throw Interruption.outdated(
            reason: "an operator resumed the network\(restart.map { " from block \($0.block)" } ?? "")")
    }

    /// The highest stored block that the node has; failing that, a block of the node's that is older than what we know.
    /// Nil when the node has our tip.
    private func restart() async throws(NodeError) -> Restart? {
        let stored: [Header]
        let lowestDeposit: Int64?
        do { (stored, lowestDeposit) = (try await store.storedHeaders(), try await store.lowestDeposit()) } catch {
            throw NodeError(.unreachable, "the stored headers can't be read: \(error)")
        }
        return try await fromAnyNode { node throws(NodeError) -> Restart? in
            // A node that has a block has all below it.
            var missing = -1
            var had = stored.count
            while had - missing > 1 {
                let middle = (had + missing) / 2
                if try await node.headers(after: stored[middle].reference, limit: 1) != nil {
                    had = middle
                } else {
                    missing = middle
                }
            }
            if had == 0 { return nil }
            if had < stored.count { return Restart(block: stored[had].reference) }
            guard let lowest = stored.last else { throw NodeError(.malformed, "no header is stored") }
            let header = try await self.header(before: lowest, below: lowestDeposit ?? lowest.height, of: node)
            return Restart(block: header.reference, header: header)
        }
    }

    /// A block of the node's that is below every deposit and, by a window of headers, below the first block that this network
    /// read, and by the clock older than that: wherever the node's chain left ours, what was paid since is above it.
    private func header(
        before lowest: Header, below deposit: Int64, of node: some ChainNode
    ) async throws(NodeError) -> Header {
        var distance = lowest.height - min(lowest.height, deposit) + Int64(settings.maxReorgDepth) + 1
        while true {
            let height = max(0, lowest.height - distance)
            // A chain that does not reach so far up may have what is further down.
            if let header = try await node.header(at: height),
                height == 0 || header.time < lowest.time - Self.clockDifference
            {
                return header
            }
            if height == 0 { throw NodeError(.malformed, "\(node.name) has no first block; is it the right chain?") }
            distance *= 2
        }
    }
}
