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
        let (what, why, next) = judgment(facts)
        let isFinal = invoice.isFinal ? "; this is final" : ""
        add(what, facts.words, why + isFinal, reason: invoice.reason, next: next)
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

    private func judgment(_ facts: InvoiceFacts) -> (Finding.What, why: String, next: String?) {
        let invoice = facts.detail.invoice
        let sums = Self.sums(facts.detail)
        guard let (status, reason) = invoice.standing else {
            return (
                .unexplained, "it is \(invoice.status), which this confirmd does not know: \(sums)", Self.newerRelease
            )
        }
        switch status {
        case .created:
            let pending = facts.dossier.deposits.count(where: facts.dossier.isPending)
            return pending > 0
                ? (
                    .created, "nothing is credited yet; \(counted(Int64(pending), "deposit")) on the way",
                    "see the deposits below"
                )
                : unpaid(facts)
        case .partial:
            return (
                .partial, "too little is credited: \(sums)",
                facts.isPastDeadline
                    ? "what still comes is late; to take it as it is: confirmd invoice mark-paid"
                    : "the payer sends the rest to the same address, or: confirmd invoice mark-paid"
            )
        case .paid:
            let why =
                switch reason {
                case .markedPaid: "an operator marked it paid; \(sums)"
                case .autoConfirmed: "its deadline has passed, and what came in time reaches auto_confirm: \(sums)"
                case .duplicate: "it is paid, by two payments of which each would have been enough: \(sums)"
                case .canceled, .expired, .refused, nil: "what was asked for is credited: \(sums)"
                }
            return (.paid, why, nil)
        case .overpaid:
            let why = reason == .duplicate ? "it was paid twice" : "more than was asked for is credited"
            return (.overpaid, "\(why): \(sums)", "return by hand what is too much, if it is to be returned")
        case .canceled:
            let why =
                switch reason {
                case .canceled: "an operator canceled it"
                case .expired: "its deadline has passed, and no payment that came in time is credited"
                case .refused(let reason): "it was refused when it was to be registered: \(reason)"
                case .markedPaid, .autoConfirmed, .duplicate, nil: "no reason is on record"
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

    /// Whether it can still be paid in time, and what time is still to decide about it, by the decision itself as it would be made
    /// now.
    mutating func explainDeadline(_ facts: InvoiceFacts) {
        let invoice = facts.detail.invoice
        if invoice.canceledAt != nil { return }
        if let (status, reason) = invoice.standing, status == .canceled, reason != .expired { return }
        let deadline = invoice.expiresAt.moment
        let changes = settle(facts.dossier, facts.settlement).changes
        let waits = changes.waits.map { Self.words($0, facts) }
        if let expired = invoice.expiredAt {
            let isDecided = invoice.isFinal || facts.dossier.setAside != nil
            return add(
                .expired, facts.words,
                "its deadline, \(deadline), was recorded as passed at \(expired.moment)"
                    + (isDecided ? "" : "; whether anything can change it still waits for \(Self.list(waits))"))
        }
        if facts.dossier.setAside != nil { return }
        if case .deadline? = changes.waits.first {
            return add(.open, facts.words, "payments seen until \(deadline) are in time")
        }
        let isDue = changes.invoice?.isExpired == true
        add(
            .expiring, facts.words,
            "its deadline, \(deadline), has passed; its expiry waits for \(Self.list(isDue ? [] : waits))",
            next: "confirmd status shows what holds a network back")
    }

    /// What nothing holds back is decided by the next step of the settlement lane.
    private static func list(_ waits: [String]) -> String {
        waits.isEmpty ? "the settlement lane" : waits.joined(separator: ", for ")
    }

    private static func words(_ wait: Wait, _ facts: InvoiceFacts) -> String {
        switch wait {
        case .deadline: "its deadline"
        case .registration(let ordinal, _): "option \(ordinal) to be registered"
        case .observation(let network, _):
            "\(network) to be observed beyond it and its grace (\(standing(of: network, facts)))"
        case .pending(let deposit, let network, _): words(deposit, on: network, facts)
        case .unfinal(let deposit, let network): words(deposit, on: network, facts) + " to be final"
        case .finality(let network, _):
            "blocks of \(network) beyond it to be final (\(standing(of: network, facts)))"
        }
    }

    private static func words(_ deposit: UUID?, on network: String, _ facts: InvoiceFacts) -> String {
        guard let deposit else { return "a deposit on \(network)" }
        let columns = facts.detail.deposits.first { $0.id == deposit }
        return "the deposit " + (columns.map { "\($0.transaction) \($0.locator)" } ?? deposit.uuidString.lowercased())
    }

    /// `so far through 2026-01-31 12:59:00Z, following`.
    private static func standing(of network: String, _ facts: InvoiceFacts) -> String {
        let columns = facts.networks.first { $0.network == network }
        return "so far through \(columns?.observedThrough?.moment ?? "nothing"), \(columns?.state ?? "unknown")"
            + (columns?.heldBy == nil ? ", held by nobody" : "")
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
