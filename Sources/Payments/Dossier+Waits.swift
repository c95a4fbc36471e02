/// The one home of what is pending, and of what expiry and finality of an invoice wait for.
extension Dossier {
    /// What time is still to decide about the invoice, and what that waits for; nil when all is decided. Where nothing is waited
    /// for the decision is due.
    func open(_ invoice: Invoice, _ totals: DepositTotals, _ facts: SettlementFacts) -> (
        question: Undecided.Question, waits: [Wait]
    ) {
        invoice.isExpired || invoice.isCanceled || refused
            ? (.finality, waitsForFinality(invoice, totals, facts)) : (.expiry, waitsForExpiry(invoice, totals, facts))
    }

    /// That its deadline has passed on every network that it accepts, and that nothing that was paid in time is on its way.
    private func waitsForExpiry(_ invoice: Invoice, _ totals: DepositTotals, _ facts: SettlementFacts) -> [Wait] {
        if facts.now <= invoice.expiresAt { return [.deadline(invoice.expiresAt)] }
        let live = options.filter { $0.refusedReason == nil && !retired.contains($0.network) }
        let unregistered = live.filter(\.isUnregistered).map {
            Wait.registration(ordinal: $0.ordinal, network: $0.network)
        }
        let unobserved = Set(live.map(\.network)).sorted().compactMap { network -> Wait? in
            let mark = facts.watermarks[network]
            if let mark, mark.hasObserved(invoice.expiresAt) { return nil }
            return .observation(network: network, beyond: invoice.expiresAt + (mark?.arrivalGrace ?? 0))
        }
        return unregistered + unobserved + waitsForDeposits(totals) { !$0.late }
    }

    /// That every deposit that counts is final, none that would is on its way, and blocks past the deadline are final on every
    /// network that it accepts.
    private func waitsForFinality(_ invoice: Invoice, _ totals: DepositTotals, _ facts: SettlementFacts) -> [Wait] {
        if facts.now <= invoice.expiresAt { return [.deadline(invoice.expiresAt)] }
        let live = options.filter { $0.refusedReason == nil && !retired.contains($0.network) }
        let unsettled = Set(live.map(\.network)).sorted().compactMap { network -> Wait? in
            facts.watermarks[network]?.hasFinalized(invoice.expiresAt) ?? false
                ? nil : .finality(network: network, beyond: invoice.expiresAt)
        }
        return waitsForDeposits(totals, invoice.admits) + waitsForFinal(totals, invoice) + unsettled
    }

    // MARK: Deposits

    /// Whether a deposit may still be credited: what holds an expiry back. One that its option does not ask for, in another
    /// asset or on another network, never will be, and on a retired network nothing is.
    public func isPending(_ deposit: Deposit) -> Bool { kind(of: deposit).map(isPending) ?? false }

    private func isPending(_ kind: DepositTotals.Kind) -> Bool {
        kind.isOpen && option(kind.ordinal)?.asset == kind.asset && !retired.contains(kind.network)
    }

    /// Whether any of these deposits is pending.
    func isAwaiting(_ totals: DepositTotals, _ isMeant: (DepositTotals.Kind) -> Bool) -> Bool {
        totals.contains { isPending($0) && isMeant($0) }
    }

    /// Whether every deposit that counts is final and none is on its way.
    func hasOnlyFinal(_ totals: DepositTotals, _ invoice: Invoice) -> Bool {
        !isAwaiting(totals, invoice.admits) && !totals.contains { isUnfinal($0, invoice) }
    }

    private func isUnfinal(_ kind: DepositTotals.Kind, _ invoice: Invoice) -> Bool {
        invoice.counts(kind) && kind.status != .final && !retired.contains(kind.network)
    }

    private func waitsForDeposits(_ totals: DepositTotals, _ isMeant: (DepositTotals.Kind) -> Bool) -> [Wait] {
        waits(totals, for: { isPending($0) && isMeant($0) }) { deposit, network in
            .pending(deposit?.id, network: network, until: deposit?.sightingEnd)
        }
    }

    private func waitsForFinal(_ totals: DepositTotals, _ invoice: Invoice) -> [Wait] {
        waits(totals, for: { isUnfinal($0, invoice) }) { .unfinal($0?.id, network: $1) }
    }

    /// For each deposit of these kinds, and for each network with others of them.
    private func waits(
        _ totals: DepositTotals, for isMeant: (DepositTotals.Kind) -> Bool, _ wait: (Deposit?, String) -> Wait
    ) -> [Wait] {
        guard totals.contains(where: isMeant) else { return [] }
        let loaded = deposits.filter { kind(of: $0).map(isMeant) ?? false }
        let others = Set((rest?.totals.keys).map { $0.filter(isMeant).map(\.network) } ?? [])
        return loaded.map { wait($0, $0.network) } + others.sorted().map { wait(nil, $0) }
    }
}
