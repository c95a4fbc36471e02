import BigInt
import Chain
import Foundation
import Payments
import Store

/// The one write: `confirmd.commit_step`. Everything is checked before anything is written.
extension ModelDatabase {
    /// - Parameter seen: what the caller has seen of this database.
    func commit(_ step: Step, lane: String, seen: Lineage.Seen? = nil) throws(StoreError) -> StepOutcome {
        _ = try lineage(seen)
        hear(.commit(step, lane: lane))
        var network = try network(lane)
        if let refusal = refusal(of: lane, step.base) { return refusal }
        if network.isRetired, sabotage != .followsRetired { return .retired }
        guard network.tip?.reference == step.base.tip else { return .stale(reason: "at another block") }
        guard network.watchNumber == step.base.watchNumber else { return .stale(reason: "watches others") }
        guard network.policyNumber == step.base.policyNumber else { return .stale(reason: "under another policy") }
        if let anchor = step.anchor, network.headers[anchor.height]?.reference != anchor {
            return .stale(reason: "\(anchor) is no longer on our chain")
        }
        try checkDepth(of: step, network)
        guard isCurrent(step.changes) else { return .stale(reason: "owners changed") }
        for watch in step.watches where option(watch.owner, watch.ordinal)?.watchNumber != nil {
            return .stale(reason: "options to watch changed")
        }
        guard canRegister(step.changes) else { return .stale(reason: "options to register changed") }
        try checkTables(step.changes)
        audit(step, network)

        let told = step.networkEvents
        for (place, watch) in step.watches.enumerated() {
            update(watch.owner, watch.ordinal) {
                $0.key = watch.key
                $0.watchNumber = network.watchNumber + Int64(place) + 1
            }
        }
        network.watchNumber += Int64(step.watches.count)
        network.spends.merge(step.transactions) { old, _ in old }
        moveCursor(of: &network, step)
        network.headHeight = step.headHeight ?? network.headHeight
        if step.disconnectedTo != nil {
            network.observedThrough = nil
        } else if let ago = step.observedAgo, let tip = network.tip {
            let observed = min(
                clock - ago.milliseconds, tip.time * 1_000 + network.publication.maximumBlockGap.milliseconds)
            network.observedThrough = max(observedThrough(network) ?? observed, observed)
        }
        network.finality = step.finality
        network.floor = step.floor
        if !network.isRetired { network.state = step.state }
        network.stateReason = step.stateReason
        network.version += Int64(told.count)
        networks[lane] = network
        if let number = step.command { commands[Int(number) - 1].outcome = step.refusal ?? "" }
        write(step.changes, told, on: step.base, lane: lane, network: lane, seen)
        return .committed(step.after)
    }

    func commit(_ step: SettlementStep, lane: String, seen: Lineage.Seen? = nil) throws(StoreError) -> StepOutcome {
        _ = try lineage(seen)
        hear(.settle(step))
        if let refusal = refusal(of: lane, step.base) { return refusal }
        for (name, mark) in step.watermarks where !mark.isRetired {
            guard let network = networks[name], !network.isRetired else { continue }
            let hasBack = mark.observedThrough.map { seen in network.observedThrough.map { $0 < seen * 1_000 } ?? false
            }
            let isFinalBack = mark.finalThrough.map { seen in finalThrough(network).map { $0 < seen } ?? false }
            if hasBack ?? false || isFinalBack ?? false { return .stale(reason: "a network stepped back meanwhile") }
        }
        guard isCurrent(step.changes) else { return .stale(reason: "owners changed") }
        if let number = step.command, commands[Int(number) - 1].outcome != nil {
            return .stale(reason: "a command was carried out meanwhile")
        }
        try checkTables(step.changes)
        if let number = step.command {
            commands[Int(number) - 1].outcome = step.refusal?.rawValue ?? ""
            if case .retire(let name) = commands[Int(number) - 1].kind, step.refusal == nil { retire(name) }
        }
        write(step.changes, [], on: step.base, lane: lane, network: nil, seen)
        return .committed(step.after)
    }

    private func retire(_ name: String) {
        networks[name]?.state = .retired
        networks[name]?.retiredAt = commits
    }

    // MARK: Checks

    private func refusal(of lane: String, _ base: LaneSnapshot) -> StepOutcome? {
        guard let row = lanes[lane], sabotage != .ignoresFence else { return nil }
        if row.epoch != base.epoch { return .fenced }
        // A step of our own may come late, after its connection was lost and its outcome looked up.
        return row.step == base.step ? nil : .stale(reason: "lane \(lane) is at step \(row.step)")
    }

    /// The last wall: what breaks it is a fault of the program.
    private func checkDepth(of step: Step, _ network: Network) throws(StoreError) {
        guard let block = step.disconnectedTo, !step.isTakenUp, sabotage != .forgetsFloor,
            block.height < network.floor ?? 0
        else { return }
        note(.constraint, "\(step.network) goes back to \(block.height), the lowest block is \(network.floor ?? 0)")
        throw StoreError(.refused, "deeper than max_reorg_depth", code: "CF907")
    }

    private func isCurrent(_ changes: [Changes]) -> Bool {
        changes.allSatisfy { owners[$0.owner.id]?.version == $0.expectedVersion }
    }

    private func canRegister(_ changes: [Changes]) -> Bool {
        changes.allSatisfy { change in
            change.registrations.allSatisfy { registration in
                option(change.owner.id, registration.ordinal).map { !$0.isRegistered && $0.refusedReason == nil }
                    ?? false
            }
        }
    }

    /// The tables' own rules. What breaks one is a fault of the program, whatever the database would have said.
    private func checkTables(_ changes: [Changes]) throws(StoreError) {
        if sabotage == .stalls, commits > 20 { throw StoreError(.retry, "gone for good") }
        var broken: String?
        for entry in changes.flatMap(\.entries) where entryKeys.contains(EntryKey(entry)) {
            broken = "\(entry.isReversal ? "reversal" : "credit") \(entry.creditNumber) of \(entry.deposit) twice"
        }
        for deposit in changes.flatMap(\.deposits) {
            if deposit.isCredited, deposit.net == nil || deposit.fee == nil { broken = "\(deposit.id) has no net" }
            if let net = deposit.net, let fee = deposit.fee, net + fee != deposit.gross {
                broken = "net and fee of \(deposit.id) are not its gross"
            }
        }
        for change in BalanceChange.total(changes.flatMap(\.balances)) {
            var balance = balances[BalanceKey(project: change.project, asset: change.asset)] ?? Balance()
            balance.add(change)
            if balance.credited < 0 || balance.final < 0 || balance.final > balance.credited || balance.fees < 0 {
                broken = "balance of \(change.project) in \(change.asset) is \(balance)"
            }
        }
        guard let broken else { return }
        note(.constraint, broken)
        throw StoreError(.unstorable, broken, code: "23514")
    }

    // MARK: Writing

    private func moveCursor(of network: inout Network, _ step: Step) {
        if let block = step.disconnectedTo, sabotage != .keepsDisconnected {
            network.headers = network.headers.filter { $0.key <= block.height }
        }
        for header in step.headers where sabotage != .skipsHeaders || header.height % 7 != 0 {
            network.headers[header.height] = header
        }
        guard step.disconnectedTo != nil || !step.headers.isEmpty else { return }
        network.tip = step.headers.last ?? network.headers.values.max { $0.height < $1.height }
        guard let tip = network.tip else { return note(.constraint, "a disconnect left no header") }
        network.formerTips.insert(tip.reference.hash)
        if sabotage == .forgetsFloor { return }
        let kept = Int64(step.headersKept)
        network.headers = network.headers.filter { $0.key >= tip.height - kept || $0.key % kept == 0 }
    }

    private func write(
        _ changes: [Changes], _ told: [Event], on base: LaneSnapshot, lane: String, network: String?,
        _ seen: Lineage.Seen?
    ) {
        if isBehind(seen) { note(.fence, "lane \(lane) writes to a database that is older than it knows") }
        journal.append((lane, base.epoch, base.step))
        for change in changes { write(change) }
        var events = changes.flatMap(\.events) + told
        if sabotage == .losesEvents, events.count > 1, commits % 5 == 0 { events.removeLast() }
        if !events.isEmpty || counter.timeline != timeline { noticeLoss(seen) }
        append(events, network: network)
        if sabotage == .repeatsCommits { entries += changes.flatMap(\.entries) }
        if sabotage == .repeatsEvents { append(events, network: network) }
        lanes[lane]?.step += 1
    }

    private func append(_ events: [Event], network: String?) {
        for event in events {
            outbox.append(
                OutboxRow(
                    position: Int64(outbox.count + 1), incarnation: counter.incarnation, event: event, network: network)
            )
        }
    }

    private func write(_ change: Changes) {
        guard var row = owners[change.owner.id] else { return }
        row.version = change.version
        row.registrations = change.registrationsAnnounced
        row.isRefused = change.refused
        row.invoice = change.invoice
        row.totals = change.totals ?? row.totals
        row.outlook = change.outlook ?? row.outlook
        if row.closedAt == nil, change.refused || change.invoice?.isCanceled == true { row.closedAt = commits }
        for registration in change.registrations {
            guard let place = row.options.firstIndex(where: { $0.ordinal == registration.ordinal }) else { continue }
            row.options[place].isRegistered = registration.refusal == nil
            row.options[place].refusedReason = registration.refusal
        }
        owners[change.owner.id] = row
        for deposit in change.deposits { write(deposit, of: change.owner.id) }
        for entry in change.entries where sabotage != .forgetsReversals || !entry.isReversal {
            entries.append(entry)
            entryKeys.insert(EntryKey(entry))
        }
        for difference in change.balances {
            let key = BalanceKey(project: difference.project, asset: difference.asset)
            balances[key, default: Balance()].add(difference)
            if sabotage == .doublesBalances, commits % 3 == 0 { balances[key, default: Balance()].add(difference) }
        }
    }

    private func write(_ deposit: Deposit, of owner: UUID) {
        if let known = deposits[deposit.id] {
            if known.owner != owner {
                owners[known.owner]?.deposits.removeAll { $0 == deposit.id }
                owners[owner]?.deposits.append(deposit.id)
            }
            let isElsewhere = owners[owner]?.options.contains { $0.network == deposit.network } == false
            if sabotage == .keepsSiblings, isElsewhere, deposit.block == nil { return }
            deposits[deposit.id]?.deposit = deposit
            deposits[deposit.id]?.owner = owner
        } else {
            if sabotage == .losesDeposits, commits % 3 == 0 { return }
            deposits[deposit.id] = DepositRow(deposit: deposit, owner: owner, recordedAt: commits)
            owners[owner]?.deposits.append(deposit.id)
        }
        if deposit.block != nil, deposits[deposit.id]?.minedAt == nil { deposits[deposit.id]?.minedAt = settledClock }
    }

    private func option(_ owner: UUID, _ ordinal: Int32) -> OptionRow? {
        owners[owner]?.options.first { $0.ordinal == ordinal }
    }

    private func update(_ owner: UUID, _ ordinal: Int32, _ body: (inout OptionRow) -> Void) {
        guard let place = owners[owner]?.options.firstIndex(where: { $0.ordinal == ordinal }) else { return }
        body(&owners[owner]!.options[place])
    }
}

extension ModelDatabase.EntryKey {
    init(_ entry: LedgerEntry) {
        self.init(
            deposit: entry.deposit, number: entry.creditNumber, kind: entry.kind, isReversal: entry.isReversal)
    }
}

extension ModelDatabase.Balance {
    mutating func add(_ change: BalanceChange) {
        credited += change.credited
        final += change.final
        fees += change.fees
    }
}
