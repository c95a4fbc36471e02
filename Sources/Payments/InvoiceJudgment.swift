import BigInt

/// What an invoice's facts amount to. Derived from terms, deposits, recorded decisions and nothing else.
struct InvoiceJudgment: Hashable {
    let status: Invoice.Status
    let reason: Invoice.Reason?

    /// Judged in this order: refused, overpaid, paid, marked paid, confirmed by itself, partial, canceled, expired.
    init(_ dossier: Dossier, _ invoice: Invoice, _ totals: DepositTotals) {
        if dossier.refused {
            self.init(
                .canceled,
                dossier.options.lazy.compactMap(\.refusedReason).first.map(Invoice.Reason.refused) ?? invoice.reason)
            return
        }
        let ratio = dossier.paidRatio(totals, where: invoice.counts)
        if ratio.isMoreThan(BasisPoints.whole + invoice.overpayTolerance.units) {
            self.init(.overpaid, Self.isDuplicate(totals) ? .duplicate : nil)
        } else if ratio.isAtLeast(invoice.enough) {
            self.init(.paid, Self.isDuplicate(totals) ? .duplicate : nil)
        } else if let marked = invoice.marked, marked <= ratio {
            self.init(.paid, .markedPaid)
        } else if invoice.isExpired, let share = invoice.autoConfirm,
            dossier.paidRatio(totals, where: { $0.isCredited && !$0.late }).isAtLeast(share.units)
        {
            self.init(.paid, .autoConfirmed)
        } else if !ratio.isZero {
            self.init(.partial, nil)
        } else if invoice.isCanceled {
            self.init(.canceled, .canceled)
        } else if invoice.isExpired, !dossier.isAwaiting(totals, { !$0.late }) {
            self.init(.canceled, .expired)
        } else {
            self.init(.created, nil)
        }
    }

    private init(_ status: Invoice.Status, _ reason: Invoice.Reason?) {
        self.status = status
        self.reason = reason
    }

    /// Two payments in time of which each alone would have been enough: the payer paid twice.
    private static func isDuplicate(_ totals: DepositTotals) -> Bool {
        totals.count { $0.isCredited && !$0.late && $0.isSufficient } >= 2
    }
}
