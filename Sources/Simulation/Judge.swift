import BigInt
import Chain
import Foundation
import Payments

/// Holds what the world came to against what it should have.
struct Judge {
    let world: World
    let database: ModelDatabase
    /// The whole outbox.
    let told: [Told]
    var violations: [Violation] = []

    init(_ world: World) {
        self.world = world
        database = world.database
        told = world.consumers.finish()
        violations = database.violations
    }

    mutating func judge() {
        judgeFence()
        judgeRetirements()
        judgeCredits()
        judgeConservation()
        judgeState()
        judgeInvoices()
        judgeOutbox()
        judgeEvents()
        judgeConsumers()
    }

    mutating func require(_ oracle: Violation.Oracle, _ isSo: Bool, _ words: @autoclosure () -> String) {
        if !isSo, violations.count < 20 { violations.append(Violation(oracle, words())) }
    }

    // MARK: The log of writes

    private mutating func judgeFence() {
        var places: [String: (epoch: Int64, step: Int64)] = [:]
        for entry in database.journal {
            if let place = places[entry.lane] {
                require(
                    .fence, entry.epoch >= place.epoch && entry.step == place.step + 1,
                    "lane \(entry.lane): epoch \(entry.epoch) step \(entry.step) was written after \(place)")
            }
            places[entry.lane] = (entry.epoch, entry.step)
        }
    }

    /// Nothing is written by the lane of a network that is retired.
    private mutating func judgeRetirements() {
        for (name, network) in database.networks {
            guard let end = network.retiredAt else { continue }
            world.weather.fire(.retirement)
            let places = database.journal.indices.filter { database.journal[$0].lane == name }
            require(.fence, places.allSatisfy { $0 < end }, "lane \(name) was written to after its network was retired")
            let isSibling = database.deposits.values.contains { row in
                row.deposit.network == name && row.deposit.block == nil
                    && database.owners[row.owner]?.options.contains { $0.network == name } == false
            }
            if isSibling { world.weather.fire(.siblingRetirement) }
        }
    }

    // MARK: Money

    /// No moment with two live credits of a deposit; at rest one where it is credited, none elsewhere.
    private mutating func judgeCredits() {
        var live: [UUID: [LedgerEntry.Kind: Int]] = [:]
        for entry in database.entries {
            let count = (live[entry.deposit]?[entry.kind] ?? 0) + (entry.isReversal ? -1 : 1)
            live[entry.deposit, default: [:]][entry.kind] = count
            require(
                .credits, (0...1).contains(count), "deposit \(entry.deposit) has \(count) live \(entry.kind.rawValue)s")
        }
        for row in database.deposits.values {
            let deposit = row.deposit
            for (kind, amount) in [(LedgerEntry.Kind.net, deposit.net), (.fee, deposit.fee)] {
                let due = deposit.isCredited && amount?.isZero == false ? 1 : 0
                let count = live[deposit.id]?[kind] ?? 0
                require(
                    .credits, count == due,
                    "deposit \(deposit.id) is \(deposit.status.rawValue) and has \(count) live \(kind.rawValue)s")
            }
        }
    }

    /// The chain's account, the projects' and the fees', and the balances kept beside them.
    private mutating func judgeConservation() {
        var accounts: [String: Amount] = [:]
        var taken: [String: Amount] = [:]
        for entry in database.entries {
            accounts[entry.credit, default: .zero] += entry.amount
            taken[entry.debit, default: .zero] += entry.amount
        }
        var books = Books()
        for row in database.deposits.values {
            guard let owner = database.owners[row.owner]?.owner else { continue }
            books.enter(row.deposit, of: owner)
        }
        let balances = database.balances.filter { $0.value != ModelDatabase.Balance() }
        require(
            .conservation, balances == books.balances, "balances are \(balances), the deposits make \(books.balances)")
        for (key, balance) in balances {
            let name = "\(key.project)/\(key.asset)"
            for (account, amount) in [("project/\(name)", balance.credited), ("fees/\(name)", balance.fees)] {
                let held = (accounts[account] ?? .zero).reduced(by: taken[account] ?? .zero)
                require(.conservation, held.description == amount.description, "\(account) is \(held), not \(amount)")
            }
        }
        for (network, asset) in database.assets.values {
            let account = "chain/\(asset.code)"
            let live = database.deposits.values.filter { $0.deposit.asset == asset.code && $0.deposit.isCredited }
                .reduce(Amount.zero) { $0 + $1.deposit.gross }
            let booked = (taken[account] ?? .zero).reduced(by: accounts[account] ?? .zero)
            require(.conservation, booked == live, "\(network): \(booked) \(asset.code) are booked of \(live)")
        }
    }

    // MARK: Consumers

    private mutating func judgeConsumers() {
        var tables = Books()
        for row in database.deposits.values {
            if let owner = database.owners[row.owner]?.owner { tables.enter(row.deposit, of: owner) }
        }
        let consumers = world.consumers
        let newest = database.counter.incarnation
        require(
            .consumers, consumers.newest <= newest,
            "a consumer is in incarnation \(consumers.newest), the outbox in \(newest)")
        for (name, books) in [
            ("cursor", consumers.cursor.books), ("at-least-once", consumers.repeating.books),
            ("webhook", consumers.called.books),
        ] {
            require(
                .consumers, books.deposits == tables.deposits,
                "the \(name) consumer's deposits differ: \(Self.difference(books.deposits, tables.deposits))")
            for (id, row) in database.owners {
                guard let invoice = row.invoice else { continue }
                let known = books.invoices[id] ?? Books.Invoice(status: "created", reason: nil, isFinal: false)
                let here = Books.Invoice(
                    status: invoice.status.rawValue, reason: invoice.reason?.text, isFinal: invoice.isFinal)
                require(.consumers, known == here, "the \(name) consumer has invoice \(id) as \(known), it is \(here)")
            }
        }
    }

    static func difference<Key: Hashable, Value: Equatable>(_ left: [Key: Value], _ right: [Key: Value]) -> String {
        for key in Set(left.keys).union(right.keys) where left[key] != right[key] {
            return "\(key): \(left[key].map { "\($0)" } ?? "none"), \(right[key].map { "\($0)" } ?? "none")"
        }
        return "none"
    }
}

extension Books {
    /// The same from the tables.
    mutating func enter(_ deposit: Payments.Deposit, of owner: Owner) {
        enter(
            id: deposit.id,
            Books.Deposit(
                status: deposit.status.rawValue, reason: deposit.reason,
                net: deposit.isCredited ? .init((deposit.net ?? .zero).units) : 0,
                fee: deposit.isCredited ? .init((deposit.fee ?? .zero).units) : 0,
                account: ModelDatabase.BalanceKey(project: owner.project, asset: deposit.asset)))
    }
}
