import BigInt
import Chain
import Foundation
import Payments
import Store

/// The statuses of invoices, by the contract's table and not by the program's own judgment.
extension Judge {
    mutating func judgeInvoices() {
        for id in database.ownerOrder {
            guard let row = database.owners[id], let invoice = row.invoice else { continue }
            let deposits = row.deposits.compactMap { database.deposits[$0]?.deposit }
            let (status, reason) = status(of: row, invoice, deposits)
            // It expired by a clock that was put back since, and a payment that came then was given up with its network: it is
            // looked at again when the clock is there again.
            let isEarly = invoice.isExpired && database.clock / 1_000 <= invoice.expiresAt
            if isEarly, deposits.contains(where: { database.networks[$0.network]?.isRetired == true }) { continue }
            require(
                .state, invoice.status == status && invoice.reason?.text == reason,
                "invoice \(id) is \(invoice.status.rawValue) (\(invoice.reason?.text ?? "")), its facts make it "
                    + "\(status.rawValue) (\(reason ?? ""))")
            judgeFinality(row, invoice, deposits)
        }
    }

    private func status(
        of row: ModelDatabase.OwnerRow, _ invoice: Invoice, _ deposits: [Deposit]
    ) -> (Invoice.Status, String?) {
        if row.isRefused { return (.canceled, row.options.compactMap(\.refusedReason).first) }
        let counted = deposits.filter { $0.isCredited && (!$0.late || invoice.latePolicy == .settle) }
        let inTime = deposits.filter { $0.isCredited && !$0.late }
        let ratio = Ratio(counted, row.options)
        let enough = 10_000 - BigUInt(invoice.underpayTolerance.value)
        let sufficient = inTime.filter { deposit in
            row.options.first { $0.ordinal == deposit.ordinal }?.due != nil
                && Ratio([deposit], row.options).isAtLeast(enough)
        }
        let duplicate = sufficient.count > 1 ? "duplicate" : nil
        if !ratio.isAtMost(10_000 + BigUInt(invoice.overpayTolerance.value)) { return (.overpaid, duplicate) }
        if ratio.isAtLeast(enough) { return (.paid, duplicate) }
        if let marked = invoice.marked,
            marked.numerator * ratio.denominator <= ratio.numerator * marked.denominator
        {
            return (.paid, "marked_paid")
        }
        if invoice.isExpired, let share = invoice.autoConfirm,
            Ratio(inTime, row.options).isAtLeast(BigUInt(share.value))
        {
            return (.paid, "auto_confirmed")
        }
        if ratio.numerator > 0 { return (.partial, nil) }
        if invoice.isCanceled { return (.canceled, "canceled") }
        if invoice.isExpired, !deposits.contains(where: { !$0.late && isPending($0, of: row) }) {
            return (.canceled, "expired")
        }
        return (.created, nil)
    }

    /// What its option does not ask for is never credited, and so never pending; on a retired network nothing is.
    private func isPending(_ deposit: Deposit, of row: ModelDatabase.OwnerRow) -> Bool {
        guard row.options.first(where: { $0.ordinal == deposit.ordinal })?.asset == deposit.asset,
            database.networks[deposit.network]?.isRetired != true
        else { return false }
        return switch deposit.status {
        case .detected, .orphaned, .reversed, .dropped: !deposit.place.isGone
        case .credited, .final, .rejected: false
        }
    }

    /// Final means that nothing is on its way, and that everything that counts is final.
    private mutating func judgeFinality(_ row: ModelDatabase.OwnerRow, _ invoice: Invoice, _ deposits: [Deposit]) {
        let isOver = invoice.isExpired || invoice.isCanceled || row.isRefused
        let admitted = deposits.filter { !$0.late || invoice.latePolicy == .settle }
        let isQuiet = admitted.allSatisfy { deposit in
            let isRetired = database.networks[deposit.network]?.isRetired == true
            return !isPending(deposit, of: row) && (deposit.status != .credited || isRetired)
        }
        let isPast = row.options.allSatisfy { option in
            option.refusedReason != nil || database.networks[option.network]?.isRetired == true
                || database.networks[option.network].flatMap(database.finalThrough).map { $0 > invoice.expiresAt }
                    ?? false
        }
        let isDue = isOver && isQuiet && isPast && database.clock / 1_000 > invoice.expiresAt
        let words =
            "invoice \(row.owner.id) \(invoice.isFinal ? "is" : "is not") final: over \(isOver), quiet \(isQuiet)"
        require(.state, invoice.isFinal || !isDue, words)
        // Block times go back and forth, so that a chain which was past the deadline may seem not to be.
        let wasPast = row.options.allSatisfy {
            $0.refusedReason != nil || database.networks[$0.network]?.isRetired == true
                || hasPassed(invoice.expiresAt, on: $0.network)
        }
        require(.state, !invoice.isFinal || isOver && isQuiet && wasPast, words)
    }

    /// Whether a block that was final under any of the policies has a time past the deadline, on the best chain or on any that
    /// was followed: a branch may have been left after all of that.
    private func hasPassed(_ deadline: Int64, on name: String) -> Bool {
        guard let number = world.networks.firstIndex(where: { $0.plan.name == name }),
            let network = database.networks[name]
        else { return false }
        let tree = world.networks[number].tree
        let followed = network.formerTips.compactMap { tree.places[$0] }
        return Set(followed + [world.best(number)]).contains { end in
            let path = tree.nodes[end].path
            let said = world.said(on: number, tip: Int64(path.count - 1))
            return path.contains { place in
                let header = tree.nodes[place].header
                return header.time > deadline
                    && network.policies.contains {
                        $0.table.thresholds.final.due(from: header.height).isReached(by: said)
                    }
            }
        }
    }
}

/// What was paid of what is due, summed over the options.
private struct Ratio {
    var numerator = BigUInt(0)
    var denominator = BigUInt(1)

    init(_ deposits: [Deposit], _ options: [ModelDatabase.OptionRow]) {
        for deposit in deposits {
            guard let due = options.first(where: { $0.ordinal == deposit.ordinal })?.due?.units else {
                (numerator, denominator) = (1, 1)
                return
            }
            numerator = numerator * due + deposit.gross.units * denominator
            denominator *= due
        }
    }

    func isAtLeast(_ share: BigUInt) -> Bool { numerator * 10_000 >= denominator * share }
    func isAtMost(_ share: BigUInt) -> Bool { numerator * 10_000 <= denominator * share }
}
