import Foundation
import Payments
import Store

extension Explanation {
    /// What became of a deposit, and who was told. `minimum` is what its wallet's asset takes at least.
    mutating func add(
        _ deposit: DepositColumns, _ records: DepositRecords, on network: NetworkColumns?, of owner: String?,
        minimum: String?
    ) {
        let about =
            "\(deposit.locator), \(deposit.gross) \(deposit.asset) to \(deposit.address)"
            + (owner.map { ", " + $0 } ?? "")
        let entries = records.entries.filter { $0.depositId == deposit.id }
        let (what, why, next) = judgment(of: deposit, entries, on: network, minimum: minimum)
        add(what, about, why, reason: deposit.reason, next: next, deposit: deposit.id)
        if deposit.late {
            add(
                .late, about,
                "it was seen at \(deposit.seenAt.moment), after the deadline, or after a cancel or a refusal",
                next: "it is credited to the project; under late_policy credit it leaves the invoice's status alone",
                deposit: deposit.id)
        }
        let told = records.events.filter { $0.depositId == deposit.id }
        for event in told { add(event, records.consumers) }
        if told.isEmpty {
            add(
                .untold, about, "no event about it is among the newest \(Reader.eventsSearched) of the outbox",
                deposit: deposit.id)
        }
    }

    private func judgment(
        of deposit: DepositColumns, _ entries: [EntryColumns], on network: NetworkColumns?, minimum: String?
    ) -> (Finding.What, why: String, next: String?) {
        guard let standing = deposit.standing else {
            let reason = deposit.reason.map { " (\($0))" } ?? ""
            return (
                .unexplained, "it is \(deposit.status)\(reason), which this confirmd does not know", Self.newerRelease
            )
        }
        let block = deposit.blockHeight.map { "block \($0) (\(deposit.blockHash ?? "?"))" } ?? "no block"
        let booked = Self.booked(deposit, entries)
        switch standing {
        case .detected where deposit.blockHeight == nil:
            return (
                .unconfirmed, "it is seen and in no block yet; it takes \(deposit.creditThreshold.inWords)",
                network?.obstacle?.next ?? "wait for a block"
            )
        case .detected:
            return (
                .waiting,
                """
                \(Self.progress(deposit, deposit.creditThreshold)), in \(block)\
                \(network?.hindrance.map { "; " + $0.why } ?? "")
                """,
                network?.hindrance?.next
                    ?? (network?.reach.map(Self.due(deposit, deposit.creditThreshold).isReached) == true
                        ? "wait a moment: it is deep enough, and credited once its nodes and its address have been asked about"
                        : """
                        wait\(Self.wait(deposit, deposit.creditThreshold)): it is credited \
                        \(Self.moment(deposit, deposit.creditThreshold))
                        """)
            )
        case .credited:
            return (
                .credited,
                """
                credited as \(booked); \(Self.progress(deposit, deposit.finalThreshold)) to be final, in \
                \(block)
                """,
                "nothing; it is final \(Self.moment(deposit, deposit.finalThreshold))"
            )
        case .final: return (.final, "credited as \(booked), and final, in \(block)", nil)
        case .orphaned:
            return (
                .orphaned, "its block was disconnected before it was credited",
                "wait: it counts afresh when it is mined again"
            )
        case .reversed:
            let reversals = entries.filter(\.isReversal).map { "\($0.id)" }.joined(separator: ", ")
            return (
                .reversed,
                "its block was disconnected after it was credited; entries \(reversals) take the credit back",
                "hold back what was delivered for it; it is credited again when it is mined again"
            )
        case .dropped(let drop): return (.dropped, Self.why(drop), Self.after(drop))
        case .rejected(let rejection):
            return (.rejected, Self.why(rejection, deposit, minimum), Self.after(rejection))
        }
    }

    /// `2 of 6 confirmations`; confirmations are not what a tag is about.
    private static func progress(_ deposit: DepositColumns, _ threshold: Threshold) -> String {
        threshold.tag == nil ? "\(deposit.confirmations) of \(threshold.inWords)" : "it takes \(threshold.inWords)"
    }

    /// ` for 2 blocks`; how long a finality tag takes is not known.
    private static func wait(_ deposit: DepositColumns, _ threshold: Threshold) -> String {
        guard threshold.tag == nil else { return "" }
        return " for \(counted(Int64(threshold.confirmations) - deposit.confirmations, "block"))"
    }

    private static func moment(_ deposit: DepositColumns, _ threshold: Threshold) -> String {
        let due = due(deposit, threshold)
        return due.tag.map { "once block \(due.height) is \($0)" } ?? "with block \(due.height)"
    }

    private static func due(_ deposit: DepositColumns, _ threshold: Threshold) -> Threshold.Due {
        threshold.due(from: deposit.blockHeight ?? 0)
    }

    /// `entry 12 (net 1.2 LTC) and entry 13 (fee 0.05 LTC: 0.01 flat and 1.9% of the rest)`.
    private static func booked(_ deposit: DepositColumns, _ entries: [EntryColumns]) -> String {
        let number = entries.map(\.creditNumber).max() ?? 0
        let last = entries.filter { !$0.isReversal && $0.creditNumber == number }
        // What the project got comes before what was kept.
        let words = last.sorted { $0.kind > $1.kind }.map { entry in
            let rule =
                entry.kind == LedgerEntry.Kind.fee.rawValue
                ? ": \(entry.transferFee) flat and \(BasisPoints(entry.serviceFeeBps).percentage) of the rest" : ""
            return "entry \(entry.id) (\(entry.kind) \(entry.amount) \(deposit.asset)\(rule))"
        }
        return words.isEmpty ? "nothing but a fee" : words.joined(separator: " and ")
    }

    private static func why(_ drop: Deposit.Drop) -> String {
        switch drop {
        case .doubleSpent: "another transaction in a block spends the same: it can never be mined"
        case .replaced: "another transaction in the mempool, for a higher fee, spends the same"
        case .evicted: "the node's mempool has forgotten it, as a rule because its fee was too low"
        case .expired: "it waited for so long that the node's mempool has forgotten it"
        }
    }

    private static func after(_ drop: Deposit.Drop) -> String {
        switch drop {
        case .doubleSpent: "deliver nothing for it; ask the payer for the transaction that took its place"
        case .replaced, .evicted, .expired: "deliver nothing for it; it counts afresh should it be mined after all"
        }
    }

    private static func why(_ rejection: Deposit.Rejection, _ deposit: DepositColumns, _ minimum: String?) -> String {
        switch rejection {
        case .belowMinimum:
            """
            \(deposit.gross) \(deposit.asset) is less than a wallet is credited with\
            \(minimum.map { ": min_deposit is \($0) now" } ?? "")
            """
        case .belowFee: "the fees would take all of \(deposit.gross) \(deposit.asset)"
        case .unexpectedAsset: "\(deposit.asset) came to an address that does not ask for it"
        case .wrongNetwork:
            """
            \(deposit.asset) came on \(deposit.network), where nobody asked for it: the address was given out for another \
            network
            """
        case .ownFunds:
            """
            its transaction spends an earlier deposit of the same owner, so that nothing came in: as a rule it is the change \
            of a payment out of it
            """
        }
    }

    private static func after(_ rejection: Deposit.Rejection) -> String {
        switch rejection {
        case .wrongNetwork:
            """
            whoever holds the address's key can move it on that network; an option of the order with this address for the \
            asset has it judged again
            """
        case .unexpectedAsset: "an option or wallet with this address for the asset has it judged again"
        case .ownFunds: "nothing is to be done: the earlier deposit was credited when it came"
        case .belowMinimum, .belowFee:
            "it stays recorded and uncredited; return it by hand if it is to be returned"
        }
    }

    /// One event and which consumers have it.
    mutating func add(_ event: EventColumns, _ consumers: [ConsumerColumns]) {
        // A consumer in an older incarnation has to read again what it had of those after it.
        let readers = consumers.filter { $0.incarnation >= event.incarnation && $0.position >= event.position }
        let others = consumers.filter { consumer in !readers.contains { $0.consumer == consumer.consumer } }
        let words =
            [
                readers.isEmpty ? nil : "read by \(readers.map(\.consumer).sorted().joined(separator: ", "))",
                others.isEmpty
                    ? nil
                    : "still to be read by "
                        + others.sorted { $0.consumer < $1.consumer }.map { "\($0.consumer) (at \($0.position))" }
                        .joined(separator: ", "),
            ].compactMap(\.self)
        add(
            .event, "position \(event.position), \(event.occurredAt.moment)",
            words.isEmpty ? "no consumer has ever acknowledged anything" : words.joined(separator: "; "),
            reason: event.type,
            next: others.isEmpty ? nil : "confirmd outbox consumers shows how far each has come",
            deposit: event.depositId)
    }
}
