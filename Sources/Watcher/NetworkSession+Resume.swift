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
                logger.warning("a resynchronisation waits for a node", metadata: ["reason": "\(error)"])
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

    /// The highest stored block that the node has; failing that the one below the lowest stored, as the node has it.
    /// Nil when the node has our tip.
    private func restart() async throws(NodeError) -> Restart? {
        let stored: [BlockReference]
        do { stored = try await store.storedBlocks() } catch {
            throw NodeError(.unreachable, "the stored blocks can't be read: \(error)")
        }
        return try await fromAnyNode { node throws(NodeError) -> Restart? in
            // A node that has a block has all below it.
            var missing = -1
            var had = stored.count
            while had - missing > 1 {
                let middle = (had + missing) / 2
                if try await node.headers(after: stored[middle], limit: 1) != nil {
                    had = middle
                } else {
                    missing = middle
                }
            }
            if had == 0 { return nil }
            if had < stored.count { return Restart(block: stored[had]) }
            guard let lowest = stored.last, lowest.height > 0, let header = try await node.header(at: lowest.height - 1)
            else {
                throw NodeError(
                    .malformed, "\(node.name) has no block below the lowest stored one; is it the right chain?")
            }
            return Restart(block: header.reference, header: header)
        }
    }
}
