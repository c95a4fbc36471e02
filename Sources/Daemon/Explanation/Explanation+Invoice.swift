import Foundation
import Payments
import Store

extension Explanation {
    /// Why the invoice has its status, and which of its addresses are not watched.
    mutating func explain(_ facts: InvoiceFacts) {
        let invoice = facts.detail.invoice
        if let reason = invoice.haltedReason {
            add(
                .setAside, facts.words, "nothing can be decided about it: \(reason)", reason: reason,
                next: "mend what is said there, then restart the daemon; until then its deposits are recorded only")
        }
        if let status = Invoice.Status(rawValue: invoice.status) {
            let (what, why, next) = judgement(status, facts)
            let isFinal = invoice.isFinal ? "; this is final" : ""
            add(what, facts.words, why + isFinal, reason: invoice.reason, next: next)
        }
        for option in facts.detail.options {
            let about = "option \(option.ordinal), \(option.asset) to \(option.address), \(facts.words)"
            if let reason = option.refusedReason {
                add(
                    .refused, about, "the address can't be watched: \(reason)", reason: reason,
                    next: "make an invoice, or add an option, with an address that can be")
            } else if option.registeredAt == nil {
                let obstacle = facts.networks.first { $0.network == option.network }?.obstacle
                add(
                    .unregistered, about, "the address is not watched yet\(obstacle.map { ": \($0.why)" } ?? "")",
                    next: obstacle?.next ?? "wait a moment: the blocks since its creation are being looked through")
            }
        }
    }

    private func judgement(
        _ status: Invoice.Status, _ facts: InvoiceFacts
    ) -> (Finding.What, why: String, next: String?) {
        let invoice = facts.detail.invoice
        let sums = Self.sums(facts.detail)
        // A refusal's reason is its option's.
        let reason = invoice.reason.flatMap(Invoice.Reason.init)
        switch status {
        case .created:
            let pending = facts.detail.deposits.filter(\.isPending).count
            return pending > 0
                ? (
                    .created, "nothing is credited yet; \(counted(Int64(pending), "deposit")) on the way",
                    "see the deposits below"
                )
                : unpaid(facts)
        case .partial:
            return (
                .partial, "too little is credited: \(sums)",
                "the payer sends the rest to the same address, or: confirmd invoice mark-paid"
            )
        case .paid:
            let why =
                switch reason {
                case .markedPaid: "an operator marked it paid; \(sums)"
                case .autoConfirmed: "its deadline has passed, and what came in time reaches auto_confirm: \(sums)"
                case .duplicate: "it is paid, by two payments of which each would have been enough: \(sums)"
                case .canceled, .expired, nil: "what was asked for is credited: \(sums)"
                }
            return (.paid, why, nil)
        case .overpaid:
            let why = reason == .duplicate ? "it was paid twice" : "more than was asked for is credited"
            return (.overpaid, "\(why): \(sums)", "return by hand what is too much, if it is to be returned")
        case .canceled:
            let why =
                switch reason {
                case .canceled: "an operator canceled it"
                case .expired: "its deadline has passed, and no payment came in time"
                case .markedPaid, .autoConfirmed, .duplicate, nil:
                    "it was refused when it was to be registered: \(invoice.reason ?? "no reason known")"
                }
            return (.canceled, why, "make another invoice; what still comes is credited to the project as late")
        }
    }

    /// Nothing came that counts, or what came was not seen: that is only known of networks that are being read.
    private func unpaid(_ facts: InvoiceFacts) -> (Finding.What, why: String, next: String?) {
        guard facts.detail.deposits.isEmpty else {
            return (
                .created, "no payment to it counts: see the deposits below",
                "ask the payer for the transaction's id, then: confirmd explain NETWORK TRANSACTION"
            )
        }
        let accepted = Set(facts.detail.options.filter { $0.refusedReason == nil }.map(\.network))
        let obstacles = facts.networks.filter { accepted.contains($0.network) }.compactMap(\.obstacle)
        guard let first = obstacles.first else {
            return (
                .created, "no payment to it was seen",
                "ask the payer for the transaction's id, then: confirmd explain NETWORK TRANSACTION"
            )
        }
        return (
            .created, "no payment to it was seen so far: \(obstacles.map(\.why).joined(separator: "; "))", first.next
        )
    }

    /// `0.5 of 1.25 LTC (0.75 missing)`, for each option that anything came to, else for all.
    private static func sums(_ detail: InvoiceDetail) -> String {
        let paid = detail.options.filter { $0.credited != "0" }
        return (paid.isEmpty ? detail.options : paid).map { option in
            let missing = option.remaining.flatMap { $0 == "0" ? nil : " (\($0) missing)" } ?? ""
            return "\(option.credited)\(option.due.map { " of \($0)" } ?? "") \(option.asset)\(missing)"
        }.joined(separator: ", ")
    }

    /// Whether it can still be paid in time, and what its expiry waits for.
    mutating func explainDeadline(_ facts: InvoiceFacts) {
        let invoice = facts.detail.invoice
        let deadline = invoice.expiresAt.moment
        if invoice.canceledAt != nil || invoice.status == "canceled" && invoice.reason != "expired" { return }
        if let expired = invoice.expiredAt {
            return add(.expired, facts.words, "its deadline, \(deadline), was recorded as passed at \(expired.moment)")
        }
        guard facts.deadlines.contains(where: \.isDue) else {
            return add(.open, facts.words, "payments seen until \(deadline) are in time")
        }
        var waits: [String] = facts.detail.options.filter { $0.registeredAt == nil && $0.refusedReason == nil }
            .map { "option \($0.ordinal) to be registered" }
        waits += facts.deadlines.filter { !$0.isObserved && $0.state != "retired" }.map { network in
            """
            \(network.network) to be observed beyond it and its grace (so far through \
            \(network.observedThrough?.moment ?? "nothing"), \(network.state)\
            \(network.isHeld == true ? "" : ", held by nobody"))
            """
        }
        waits += facts.detail.deposits.filter { $0.isPending && !$0.late }
            .map { "the deposit \($0.transaction) \($0.locator)" }
        add(
            .expiring, facts.words,
            "its deadline, \(deadline), has passed; its expiry waits for "
                + (waits.isEmpty ? "the settlement lane" : waits.joined(separator: ", for ")),
            next: "confirmd status shows what holds a network back")
    }

    mutating func add(_ command: OperatorCommandColumns) {
        let why: String
        var next: String?
        do throws(CommandFailure) {
            why = command.outcome == nil ? "it waits for a daemon to carry it out" : try command.outcomeText()
            next = command.outcome == nil ? "confirmd status shows whether one settles payments" : nil
        } catch {
            why = error.message
            next = error.advice
        }
        add(
            .command, "command \(command.number)", "\(why); asked for because: \(command.reason)",
            reason: command.kind.rawValue, next: next)
    }
}

extension DepositColumns {
    /// It may still be credited, as far as the view tells: what is gone for good it does not.
    var isPending: Bool { ["detected", "orphaned", "reversed"].contains(status) }
}
