import Chain
import Foundation
import Store

/// Why a payment counts, or not: findings in the order in which the decision is made. Pure.
struct Explanation: Sendable {
    /// What to do about a word that only a newer release knows.
    static let newerRelease = "ask a confirmd of the release that the database was migrated with"

    private(set) var findings: [Finding] = []

    /// Of a transaction: where the nodes have it, what became of each transfer, who was told.
    init(_ facts: TransactionFacts) {
        for answer in facts.answers { add(answer, isRecorded: !facts.deposits.isEmpty) }
        if facts.answers.isEmpty {
            add(
                .unknown, facts.network.network, "the network is not configured here, so that no node was asked",
                next: "ask on the host that follows it")
        }
        let place = TransactionFacts.bestPlace(facts.answers)
        let recorded = Set(facts.deposits.map(\.locator))
        let outputs = facts.outputs.filter { !recorded.contains($0.locator) }
        explain(outputs, at: place, facts)
        for deposit in facts.deposits {
            let owner =
                facts.watchers.first { $0.id == deposit.owner && $0.asset == deposit.asset }
                ?? facts.watchers.first { $0.id == deposit.owner }
            add(deposit, facts.records, on: facts.network, of: owner?.words, minimum: owner?.minDeposit)
        }
        // Last: beside a payment it is its change.
        explainUnwatched(outputs, at: place, facts)
    }

    /// Of an invoice: its status, its addresses, its deposits, its deadline, its commands, who was told.
    init(_ facts: InvoiceFacts) {
        explain(facts)
        for balance in facts.balances { add(balance, facts) }
        for deposit in facts.detail.deposits.reversed() {
            let network = facts.networks.first { $0.network == deposit.network }
            add(deposit, facts.records, on: network, of: facts.words, minimum: nil)
        }
        explainDeadline(facts)
        for command in facts.commands { add(command) }
        for event in facts.records.events where event.depositId == nil { add(event, facts.records.consumers) }
    }

    mutating func add(
        _ what: Finding.What, _ about: String, _ why: String, reason: String? = nil, next: String? = nil,
        deposit: UUID? = nil
    ) {
        findings.append(
            Finding(
                what: what, reason: reason, about: about, why: why, next: next,
                deposit: deposit?.uuidString.lowercased()))
    }

    var text: String { findings.map(\.text).joined(separator: "\n") }
}

extension NetworkColumns {
    /// Why deposits of it do not move on now; nil when they do.
    var obstacle: (why: String, next: String)? {
        if state == NetworkState.retired.rawValue {
            return ("\(network) is retired: it is followed no more", "settle by hand what is to be settled")
        }
        if state == NetworkState.halted.rawValue {
            return (
                "\(network) is halted: \(stateReason ?? "no reason known")",
                "deal with the reason, then: confirmd network resume \(network)"
            )
        }
        if heldBy == nil { return ("no daemon follows \(network)", "start one: confirmd run") }
        if state != NetworkState.following.rawValue, let stateReason {
            return (
                "\(network) is not being read (known through \(observedThrough?.moment ?? "nothing yet")): \(stateReason)",
                "mend that first: confirmd status shows how its nodes fare"
            )
        }
        if let lag, lag > 0 {
            return (
                "confirmd is \(lag) blocks of \(network) behind its nodes", "wait; confirmd status shows how far it is"
            )
        }
        return nil
    }

    /// Why a deposit that is deep enough may not be credited yet: nodes that do not agree, finality that was taken back.
    var hindrance: (why: String, next: String)? {
        obstacle ?? stateReason.map { ($0, "look after the nodes named here; nothing is lost meanwhile") }
    }
}

extension WatcherColumns {
    /// `order 1017 of shop`.
    var words: String { "\(kind == "invoice" ? "order" : "customer") \(reference) of \(project)" }
}

extension DepositColumns {
    var owner: UUID? { invoiceId ?? walletId }
}

/// `1 block`, `2 blocks`.
func counted(_ count: Int64, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }
