import BigInt
import Foundation
import Payments

/// What somebody knows who reads nothing but the outbox: the last word on every deposit and invoice.
struct Books: Hashable {
    struct Deposit: Hashable {
        let status: String
        let reason: String?
        let net: BigInt
        let fee: BigInt
        let account: ModelDatabase.BalanceKey
    }

    struct Invoice: Hashable {
        let status: String
        let reason: String?
        let isFinal: Bool
    }

    private(set) var deposits: [UUID: Deposit] = [:]
    private(set) var invoices: [UUID: Invoice] = [:]
    /// Where in the outbox the last word on a deposit stood.
    private var positions: [UUID: Int64] = [:]

    mutating func enter(_ told: Told) {
        let payload = told.payload
        if let id = payload.deposit_id {
            positions[id] = told.position
            let isCredited = payload.status == "credited" || payload.status == "final"
            deposits[id] = Deposit(
                status: payload.status ?? "", reason: payload.reason,
                net: isCredited ? BigInt(payload.net_base ?? "") ?? 0 : 0,
                fee: isCredited ? BigInt(payload.fee_base ?? "") ?? 0 : 0,
                account: ModelDatabase.BalanceKey(project: payload.project ?? "", asset: payload.asset ?? ""))
        } else if told.kind == .invoiceStatusChanged || told.kind == .invoiceRefused,
            let id = UUID(uuidString: told.aggregate.id)
        {
            invoices[id] = Invoice(
                status: payload.status ?? "", reason: payload.reason, isFinal: payload.is_final ?? false)
        }
    }

    /// Takes in what is known of other owners.
    mutating func merge(_ other: Books) {
        for (id, deposit) in other.deposits where positions[id, default: -1] < other.positions[id, default: 0] {
            deposits[id] = deposit
            positions[id] = other.positions[id]
        }
        invoices.merge(other.invoices) { mine, _ in mine }
    }

    mutating func enter(id: UUID, _ deposit: Deposit) { deposits[id] = deposit }

    /// What projects have, by the deposits alone.
    var balances: [ModelDatabase.BalanceKey: ModelDatabase.Balance] {
        var balances: [ModelDatabase.BalanceKey: ModelDatabase.Balance] = [:]
        for deposit in deposits.values {
            var balance = balances[deposit.account] ?? ModelDatabase.Balance()
            balance.credited += deposit.net
            if deposit.status == "final" { balance.final += deposit.net }
            balance.fees += deposit.fee
            balances[deposit.account] = balance
        }
        return balances.filter { $0.value != ModelDatabase.Balance() }
    }
}
