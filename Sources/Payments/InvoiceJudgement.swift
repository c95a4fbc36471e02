import BigInt

/// What an invoice's facts amount to. Derived from terms, deposits, recorded decisions and nothing else.
struct InvoiceJudgement: Hashable {
    let status: Invoice.Status
    let reason: String?

    /// Judged in this order: refused, overpaid, paid, marked paid, confirmed by itself, partial, canceled, expired.
    init(_ dossier: Dossier, _ invoice: Invoice) {
        if dossier.refused {
            self.init(.canceled, dossier.options.lazy.compactMap(\.refusedReason).first ?? invoice.reason)
            return
        }
        let ratio = dossier.paidRatio(where: invoice.counts)
        let enough = BasisPoints.whole - invoice.underpayTolerance.units
        if ratio.isMoreThan(BasisPoints.whole + invoice.overpayTolerance.units) {
            self.init(.overpaid, Self.isDuplicate(dossier, enough: enough) ? .duplicate : nil)
        } else if ratio.isAtLeast(enough) {
            self.init(.paid, Self.isDuplicate(dossier, enough: enough) ? .duplicate : nil)
        } else if let marked = invoice.marked, marked <= ratio {
            self.init(.paid, .markedPaid)
        } else if invoice.isExpired, let share = invoice.autoConfirm,
            dossier.paidRatio(where: { $0.isCredited && !$0.late }).isAtLeast(share.units)
        {
            self.init(.paid, .autoConfirmed)
        } else if !ratio.isZero {
            self.init(.partial, nil as String?)
        } else if invoice.isCanceled {
            self.init(.canceled, .canceled)
        } else if invoice.isExpired, !dossier.isAwaiting({ !$0.late }) {
            self.init(.canceled, .expired)
        } else {
            self.init(.created, nil as String?)
        }
    }

    private init(_ status: Invoice.Status, _ reason: String?) {
        self.status = status
        self.reason = reason
    }

    private init(_ status: Invoice.Status, _ reason: Invoice.Reason?) {
        self.init(status, reason?.rawValue)
    }

    /// Two payments in time of which each alone would have been enough: the payer paid twice.
    private static func isDuplicate(_ dossier: Dossier, enough: BigUInt) -> Bool {
        let sufficient = dossier.deposits.lazy.filter { deposit in
            guard deposit.isCredited, !deposit.late, let due = dossier.option(of: deposit)?.due else { return false }
            return PaidRatio([(deposit.gross, due)]).isAtLeast(enough)
        }
        return sufficient.prefix(2).count == 2
    }
}
