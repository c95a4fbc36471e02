import Chain
import Foundation
import Payments
import Store
import Sync

/// From what is on the chain or in the mempool to what it means for owners.
extension NetworkSession {
    /// The transfers at these places of the block that moved a listed asset.
    func look(at block: Block, _ places: [Int]) -> Findings {
        guard !places.isEmpty else { return Findings() }
        var findings = Findings()
        let transactions = Set(places.map { block.transfers[$0].transaction })
        for spend in block.spends where transactions.contains(spend.transaction) {
            findings.spends[spend.transaction, default: []].append(spend.outpoint)
        }
        let stamp = BlockStamp(block.header)
        for transfer in places.map({ block.transfers[$0] }) {
            guard let asset = policy.asset(of: transfer) else { continue }
            let spends = findings.spends[transfer.transaction] ?? []
            let rivals = unmined.rivals(of: transfer.transaction, spending: spends)
            findings.arrivals.append(Arrival(transfer, of: asset, in: stamp, spends: spends, rivals: rivals))
        }
        return findings
    }

    /// A node's block. What no hash commits to of payments that may be ours has to be borne out by the same node's state,
    /// else its answer is as good as a lie: another node may do better.
    nonisolated func fetch(
        _ reference: BlockReference, from node: any ChainNode
    ) async throws(NodeError) -> Block? {
        if let reason = current.refusal(of: reference) {
            throw NodeError(.malformed, "\(node.name) has block \(reference), which the database can't hold: \(reason)")
        }
        guard let block = try await node.block(reference) else { return nil }
        if block.transfers.contains(where: { !$0.isProved }) {
            try await Self.confirm(await doubtfulHits(in: block), of: reference, by: node)
        }
        return block
    }

    private func doubtfulHits(in block: Block) -> [Transfer] {
        index.hits(in: block).map { block.transfers[$0] }.filter { !$0.isProved }
    }

    /// Makes sure that some node bears out what no hash commits to: keys may be watched since the block was fetched. Where
    /// none does the block is not taken as it is: the session ends, and it is fetched again.
    func confirm(_ findings: Findings, of block: BlockReference) async throws(NodeError) {
        let doubtful = findings.arrivals.map(\.transfer).filter { !$0.isProved }
        guard !doubtful.isEmpty else { return }
        try await fromAnyNode { node throws(NodeError) -> Void in
            try await Self.confirm(doubtful, of: block, by: node)
        }
    }

    static func confirm(
        _ doubtful: [Transfer], of block: BlockReference, by node: any ChainNode
    ) async throws(NodeError) {
        guard let first = doubtful.first, try await !node.confirms(doubtful, of: block) else { return }
        throw NodeError(
            .malformed,
            """
            \(node.name): its balances do not bear out what the trace of block \(block) says that \(first.transaction) \
            paid; add a node of another make, or set native_transfers: top_level
            """)
    }

    /// The same of a transaction in the mempool, seen at this time of the database's.
    func look(at transaction: UnconfirmedTransaction, seenAt time: Int64) -> Findings {
        var findings = Findings()
        let rivals = unmined.rivals(of: transaction.id, spending: transaction.spends)
        for transfer in transaction.transfers {
            guard let asset = policy.asset(of: transfer) else { continue }
            findings.arrivals.append(
                Arrival(transfer, of: asset, sightedAt: time, spends: transaction.spends, rivals: rivals))
        }
        findings.spends[transaction.id] = transaction.spends
        return findings
    }

    /// Looks up whose recorded deposits the arrivals' transactions spend.
    func noteOwners(ofWhatIsSpentIn findings: inout Findings) async throws {
        let transactions = Set(findings.arrivals.map(\.transfer.transaction))
        let spent = Set(transactions.flatMap { [spends = findings.spends] in spends[$0] ?? [] })
        if !spent.isEmpty { findings.recorded = try await store.owners(ofOutputs: Array(spent)) }
    }

    /// The dossiers of those whom the findings concern, and of whoever else is named.
    func query(
        for findings: Findings, due: Reach? = nil, keys: Set<WatchKey> = [], owners: [UUID] = []
    ) -> DossierQuery {
        let lost = findings.losses.compactMap { unmined[$0.transaction] }
        let recipients = keys.union(findings.arrivals.map(\.transfer.recipient)).union(lost.flatMap(\.keys))
        let found = findings.arrivals.map {
            StableID.deposit(network: settings.network, asset: $0.asset.code, transfer: $0.transfer)
        }
        var due = due
        // Whether it is, is asked of a node once it is known for what.
        if policy.terms.table.tags.contains(.instantsend), let tip = due?.tip { due?.finality[.instantsend] = tip }
        // What an arrival excludes, or takes the place of, was seen before it.
        let rivals = findings.arrivals.reduce(into: Set<Hash256>()) { $0.formUnion($1.rivals) }
        let known = lost.flatMap(\.deposits) + rivals.flatMap { unmined[$0]?.deposits ?? [] }
        return DossierQuery(keys: Array(recipients), due: due, owners: owners, deposits: found + known)
    }

    /// Decides for each owner, and notes what the transactions with deposits spend.
    func settleAll(
        _ dossiers: [Dossier], _ findings: Findings, _ reach: Reach, registrations: [Owner: [Registration]] = [:],
        into step: inout Step
    ) {
        let routed = route(
            findings.arrivals, to: dossiers, network: settings.network, recorded: findings.recorded)
        step.changes = dossiers.map { dossier in
            settle(
                dossier,
                Facts(
                    reach: reach, arrivals: routed[dossier.owner.id] ?? [], losses: findings.losses,
                    registrations: registrations[dossier.owner] ?? []),
                policy)
        }
        let transactions = Set(step.changes.flatMap { $0.deposits.map(\.transaction) })
        step.transactions = findings.spends.filter { transactions.contains($0.key) }
    }

    /// Keeps `unmined` what the step made of it. A transaction may have thousands of deposits.
    func noteUnmined(after step: Step) {
        let here = step.changes.lazy.flatMap(\.deposits).filter { [network = settings.network] in $0.network == network
        }
        for (id, deposits) in Dictionary(grouping: here, by: \.transaction) {
            if deposits.contains(where: { $0.block != nil || $0.isDoubleSpent }) {
                unmined.remove(id)
                continue
            }
            // What is rejected before it is in a block is waited for by nobody.
            let live = deposits.filter { $0.status != .rejected }
            if !live.isEmpty, let spends = unmined[id]?.spends ?? step.transactions[id] {
                let known = unmined[id]
                unmined.insert(
                    UnminedTransaction(
                        id: id, deposits: Array(Set(known?.deposits ?? []).union(live.map(\.id))),
                        keys: Array(Set(known?.keys ?? []).union(live.map(\.key))), spends: spends))
            }
        }
    }
}
