/// What an invoice's facts amount to.
struct InvoiceJudgement: Hashable {
    let status: Invoice.Status
    let reason: String?

    /// The status that follows from terms, deposits and registration, judged in the order of the design's §3.
    init(_ dossier: Dossier, _ invoice: Invoice) {
        if dossier.refused {
            status = .canceled
            reason = dossier.options.lazy.compactMap(\.refusedReason).first ?? invoice.reason
            return
        }
        reason = nil
        let ratio = PaidRatio(
            dossier.options.map { option in
                let credited = dossier.deposits
                    .filter { $0.ordinal == option.ordinal && invoice.counts($0) }
                    .reduce(Amount.zero) { $0 + $1.gross }
                return (credited, option.due)
            })
        if ratio.isMoreThan(BasisPoints.whole + invoice.overpayTolerance.units) {
            status = .overpaid
        } else if ratio.isAtLeast(BasisPoints.whole - invoice.underpayTolerance.units) {
            status = .paid
        } else {
            status = ratio.isZero ? .created : .partial
        }
    }
}
