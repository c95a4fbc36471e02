/// What time, operators and deposits make of an invoice.
extension Settlement {
    /// Records an operator's decision; returns why it can't be carried out.
    mutating func carryOut(_ command: InvoiceCommand) -> InvoiceCommand.Refusal? {
        guard let invoice = dossier.invoice, !dossier.refused else { return .refused }
        switch command.kind {
        case .markPaid:
            if invoice.status == .paid || invoice.status == .overpaid { return .alreadyPaid }
            let ratio = dossier.paidRatio(dossier.totals, where: invoice.counts)
            decide(because: .command(command.number)) { $0.marked = ratio }
        case .cancel:
            if invoice.status != .created || invoice.isCanceled { return .notCreated }
            if dossier.isAwaiting(dossier.totals, { _ in true }) { return .depositPending }
            decide(because: .command(command.number)) { $0.isCanceled = true }
        }
        return nil
    }

    /// Records that the deadline has passed, once every network that the invoice accepts has been seen beyond it and
    /// nothing that was paid in time is on its way.
    mutating func expire(_ facts: SettlementFacts) {
        guard let invoice = dossier.invoice else { return }
        let open = dossier.open(invoice, dossier.totals, facts)
        guard open.question == .expiry, open.waits.isEmpty else { return }
        decide(because: .deadline) { $0.isExpired = true }
    }

    mutating func judgeInvoice(isFinal: (Dossier, Invoice, DepositTotals) -> Bool) {
        guard var invoice = dossier.invoice else { return }
        let before = invoice
        let totals = dossier.totals
        let judgment = InvoiceJudgment(dossier, invoice, totals)
        invoice.status = judgment.status
        invoice.reason = judgment.reason
        invoice.isFinal = isFinal(dossier, invoice, totals)
        guard (invoice.status, invoice.reason) != (before.status, before.reason) || invoice.isFinal != before.isFinal
        else { return }
        tell(invoice, after: before, totals)
    }

    /// When to look again after a step of a network's that changes the owner: once the deadline has passed, or now, for a step of
    /// the settlement lane to find out what is waited for. It is said even where that was read: the settlement lane, whose
    /// outlook changes no version, may have written since that it waits for just this step.
    mutating func lookAhead() {
        guard let invoice = dossier.invoice, hasChanged else { return }
        look(invoice.isFinal ? .none : Outlook(at: invoice.expiresAt, undecided: dossier.outlook.undecided))
    }

    /// When to look again after a step of the settlement lane: once what is waited for may be over.
    mutating func lookAhead(_ facts: SettlementFacts) {
        guard let invoice = dossier.invoice, !invoice.isFinal else { return look(.none, waitingFor: []) }
        let open = dossier.open(invoice, dossier.totals, facts)
        look(Outlook(open.question, open.waits, now: facts.now), waitingFor: open.waits)
    }
}
