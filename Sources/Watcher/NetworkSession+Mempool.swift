import Chain
import Logging
import Payments
import Store
import Sync

/// The mempool: looked at in the background while the network is at its tip, written down in steps of its own.
extension NetworkSession {
    /// Payments in one `sight` step, and transactions that a node is asked for at once.
    private static let sightingsMaximum = 500

    func watchMempool() async {
        guard let interval = settings.mempool?.interval else { return }
        while !Task.isCancelled {
            do throws(NodeError) {
                try await lookAtMempool()
            } catch {
                logger.debug("mempool", metadata: ["reason": "\(error)"])
            }
            try? await runtime.sleep(interval)
        }
    }

    /// One listing, and what is new in it.
    private func lookAtMempool() async throws(NodeError) {
        guard state == .following, let (node, asked) = machine.nodeAtTip(preferring: mempool?.node) else { return }
        if node == mempool?.node { mempool?.confirm(asked: asked) }
        let sent = now
        guard let ids = try await nodes[node].mempool() else { return }
        mempool?.list(ids, of: node, asked: sent, ours: unmined.ids)
        repeat {
            if mempool?.hasNews == true { sightingsPending() }
            let batch = mempool?.next() ?? []
            if batch.isEmpty { return }
            take(try await nodes[node].unconfirmed(batch))
        } while !Task.isCancelled
    }

    private func take(_ transactions: [UnconfirmedTransaction]) {
        mempool?.take(transactions, watching: index) { unmined.rivals(of: $0.id, spending: $0.spends) }
    }

    /// What is in the mempool for keys that were not watched when it was looked at.
    func sightings(of keys: Set<WatchKey>) async throws -> Findings {
        guard let node = mempool?.node, let ids = mempool?.paying(Array(keys), watching: index), !ids.isEmpty else {
            return Findings()
        }
        let time = try await store.time()
        var findings = Findings()
        // What can't be had now is seen in its block.
        let transactions = (try? await nodes[node].unconfirmed(Array(ids.prefix(Self.sightingsMaximum)))) ?? []
        take(transactions)
        for transaction in transactions {
            let ours = UnconfirmedTransaction(
                id: transaction.id, transfers: transaction.transfers.filter { keys.contains($0.recipient) },
                spends: transaction.spends)
            findings.add(look(at: ours, seenAt: time))
        }
        return findings
    }

    /// Writes down what was seen and what is gone.
    func sight() async throws -> Sync.StepOutcome {
        guard let tip = base.tip, let news = mempool?.news(Self.sightingsMaximum), !news.isEmpty else {
            return .nothingToDo
        }
        let time = try await store.time()
        var findings = Findings()
        for transaction in news.seen { findings.add(look(at: transaction, seenAt: time)) }
        let expiry = settings.mempool.map { $0.expiry / .seconds(1) } ?? 0
        findings.losses = news.lost.map { lost in
            Loss(lost.id, lost.isReplaced ? .replaced : .forgotten(at: time, expiry: Int64(expiry)))
        }
        try await noteOwners(ofWhatIsSpentIn: &findings)
        try await decideAndCommit(
            { [findings] in self.query(for: findings) },
            decide: { [findings] dossiers, agreement, step in
                self.settleAll(dossiers, findings, self.reach(tip.height, agreement), into: &step)
            })
        mempool?.told(news)
        return mempool?.hasNews == true ? .failed(retryAfter: .zero) : .committed(through: tip)
    }
}
