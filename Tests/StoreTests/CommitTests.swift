import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport
import Testing

@Suite("The one write")
struct CommitTests {
    private func header(_ height: Int64, on parent: Hash256 = Hash256(0, 0, 0, 0)) -> Header {
        Header(
            reference: BlockReference(height: height, hash: Hash256(7, 0, 0, UInt64(height))), parent: parent,
            time: 1_700_000_000 + height, work: 2)
    }

    private func step(_ base: LaneSnapshot, headers: [Header] = []) -> Step {
        var step = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        step.headers = headers
        return step
    }

    /// A database with the lane held, and where the network stands.
    private func start() async throws -> (MigratedDatabase, LaneSnapshot) {
        let migrated = try await MigratedDatabase()
        try await migrated.publish()
        _ = try await migrated.store.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(60))
        return (migrated, try await migrated.store.snapshot())
    }

    private func committed(_ outcome: StepOutcome) throws -> LaneSnapshot {
        guard case .committed(let snapshot) = outcome else { throw TestFailure("not committed: \(outcome)") }
        return snapshot
    }

    @Test("A step moves cursor and step number; what it returns is what the database then says")
    func advance() async throws {
        let (migrated, base) = try await start()
        #expect(base.tip == nil)
        let after = try committed(try await migrated.store.commit(step(base, headers: [header(5), header(6)])))
        #expect(after.tip?.height == 6)
        #expect(after.step == base.step + 1)
        #expect(try await migrated.store.snapshot() == after)
    }

    @Test("A step made on an old epoch, an old step or another cursor changes nothing")
    func fence() async throws {
        let (migrated, base) = try await start()
        let after = try committed(try await migrated.store.commit(step(base, headers: [header(5)])))
        guard case .stale = try await migrated.store.commit(step(base, headers: [header(6)])) else {
            Issue.record("a step under an old number was taken")
            return
        }
        let moved = LaneSnapshot(
            epoch: after.epoch, step: after.step, tip: BlockReference(height: 5, hash: Hash256(9, 9, 9, 9)),
            watchNumber: after.watchNumber, policyNumber: after.policyNumber)
        guard case .stale = try await migrated.store.commit(step(moved, headers: [header(6)])) else {
            Issue.record("a step on another cursor was taken")
            return
        }
        #expect(try await migrated.store.snapshot() == after)
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd_data.header") == "1")
    }

    // Pitfall: "Lease renewed by name only: two leaders for 19 days".
    @Test("A second holder waits for the lease to run out, and then fences the first")
    func lease() async throws {
        let (migrated, base) = try await start()
        let second = UUID()
        #expect(try await migrated.store.acquireLane(holder: second, host: "two", timeToLive: .seconds(60)) == nil)
        try await migrated.database.execute(
            "UPDATE confirmd_data.lane SET held_until = clock_timestamp() - interval '1 second'")
        #expect(
            try await migrated.store.acquireLane(holder: second, host: "two", timeToLive: .seconds(60)) == base.epoch
                + 1)
        #expect(try await migrated.store.commit(step(base)) == .fenced)
        #expect(
            try await migrated.store.renewLane(holder: UUID(), epoch: base.epoch + 1, timeToLive: .seconds(1)) == false)
        #expect(try await migrated.store.renewLane(holder: second, epoch: base.epoch, timeToLive: .seconds(1)) == false)
        #expect(
            try await migrated.store.renewLane(holder: second, epoch: base.epoch + 1, timeToLive: .seconds(1)) == true)
    }

    @Test("Headers below the window go, but for one in every window")
    func pruning() async throws {
        let (migrated, base) = try await start()
        func kept() async throws -> [Int] {
            try await migrated.database.rows("SELECT height FROM confirmd_data.header ORDER BY height")
                .map { Int($0[0]!)! }
        }
        let after = try committed(
            try await migrated.store.commit(step(base, headers: (0...57).map { header($0) })))
        #expect(try await kept() == [0, 10, 20, 30, 40] + Array(47...57))
        _ = try await migrated.store.commit(step(after, headers: (58...83).map { header($0) }))
        #expect(try await kept() == [0, 10, 20, 30, 40, 50, 60, 70] + Array(73...83))
    }

    /// An invoice whose one option is watched, its dossier, and a payment to it.
    private func watchedInvoice() async throws -> (MigratedDatabase, LaneSnapshot, Dossier, Arrival) {
        let (migrated, base) = try await start()
        try await migrated.database.execute(
            "SELECT confirmd.create_invoice('shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"1\"}]')")
        let option = try #require(try await migrated.store.unregisteredOptions(watched: false, limit: 10).first)
        let key = try #require(WatchKey([1, 2, 3]))
        var watch = step(base, headers: [header(5)])
        watch.watches = [Step.Watch(owner: option.owner.id, ordinal: 0, key: key)]
        let after = try committed(try await migrated.store.commit(watch))
        #expect(after.watchNumber == 1)
        try await migrated.database.execute("UPDATE confirmd_data.option SET registered_at = now()")
        let dossier = try #require(try await migrated.store.dossiers(DossierQuery(keys: [key])).first)
        let transfer = Transfer(
            transaction: Hash256(1, 2, 3, 4), locator: .output(0), recipient: key, amount: UInt256(100_000_000),
            blockIndex: 0)
        return (migrated, after, dossier, Arrival(transfer, of: MigratedDatabase.litecoin, in: BlockStamp(header(6))))
    }

    private let policy = Policy(
        network: "litecoin", number: 1, thresholds: Thresholds(credit: 1, final: 3), assets: [MigratedDatabase.litecoin]
    )

    @Test("Facts, status, entries, balance, events and cursor are written together")
    func whole() async throws {
        let (migrated, base, dossier, arrival) = try await watchedInvoice()
        var paying = step(base, headers: [header(6)])
        paying.changes = [settle(dossier, Facts(tip: 6, arrivals: [arrival]), policy)]
        _ = try committed(try await migrated.store.commit(paying))
        let database = migrated.database
        #expect(try await database.rows("SELECT status, version FROM confirmd.invoice") == [["paid", "3"]])
        #expect(
            try await database.rows("SELECT status, gross, net, confirmations FROM confirmd.deposit") == [
                ["credited", "1", "1", "1"]
            ])
        #expect(try await database.rows("SELECT credited, final, fees FROM confirmd.balance") == [["1", "0", "0"]])
        #expect(
            try await database.rows("SELECT position, type, aggregate_version FROM confirmd.outbox ORDER BY position")
                == [
                    ["1", "deposit.detected", "1"], ["2", "deposit.credited", "2"],
                    ["3", "invoice.status_changed", "3"],
                ])
        let again = try #require(try await migrated.store.dossiers(DossierQuery(owners: [dossier.owner.id])).first)
        #expect(again.invoice?.status == .paid)
        #expect(settle(again, Facts(tip: 6, arrivals: [arrival]), policy).isEmpty)
    }

    // Pitfall 13.
    @Test("A decision made on an owner that changed meanwhile is refused as a whole")
    func versionConflict() async throws {
        let (migrated, base, dossier, arrival) = try await watchedInvoice()
        try await migrated.database.execute("UPDATE confirmd_data.owner SET version = version + 1")
        var paying = step(base, headers: [header(6)])
        paying.changes = [settle(dossier, Facts(tip: 6, arrivals: [arrival]), policy)]
        guard case .stale = try await migrated.store.commit(paying) else {
            Issue.record("a stale decision was taken")
            return
        }
        #expect(try await migrated.store.snapshot() == base)
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd_data.deposit") == "0")
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd.outbox") == "0")
    }

    @Test("A dossier from the database is the one that was written")
    func dossierRoundTrip() async throws {
        let (migrated, base, dossier, arrival) = try await watchedInvoice()
        let changes = settle(dossier, Facts(tip: 6, arrivals: [arrival]), policy)
        var paying = step(base, headers: [header(6)])
        paying.changes = [changes]
        _ = try committed(try await migrated.store.commit(paying))
        let again = try #require(try await migrated.store.dossiers(DossierQuery(due: Reach(tip: 8))).first)
        #expect(again.deposits == changes.deposits)
        #expect(again.invoice == changes.invoice)
        #expect(again.version == changes.version)
        #expect(try await migrated.store.dossiers(DossierQuery(due: Reach(tip: 7))).isEmpty)
    }

    @Test("Ledger and outbox rows can't be changed, not even by the owner")
    func immutable() async throws {
        let (migrated, base, dossier, arrival) = try await watchedInvoice()
        var paying = step(base, headers: [header(6)])
        paying.changes = [settle(dossier, Facts(tip: 6, arrivals: [arrival]), policy)]
        _ = try committed(try await migrated.store.commit(paying))
        for (table, column) in [
            ("confirmd.outbox", "type"), ("confirmd_data.outbox_0", "type"), ("confirmd_data.ledger_entry", "kind"),
        ] {
            for change in ["DELETE FROM \(table)", "TRUNCATE \(table)", "UPDATE \(table) SET \(column) = 'x'"] {
                for user in ["postgres", "confirmd_owner"] {
                    #expect(await migrated.refusal(of: "SET ROLE \(user); \(change)") == "CF008", "\(user): \(change)")
                }
            }
        }
    }

    @Test("A creator's open transaction holds no step up, and its rows are found once they show")
    func openCreator() async throws {
        let (migrated, base) = try await start()
        let store = migrated.store
        let create = """
            SELECT confirmd.create_invoice('shop', 'late', '[{"asset":"LTC","address":"a","amount":"1"}]')
            """
        let after = try await migrated.whileOpen(create, as: "confirmd_creator") {
            let after = try committed(try await store.commit(step(base, headers: [header(5)])))
            #expect(try await store.hasUnregisteredOptions() == false)
            return after
        }
        #expect(try await store.hasUnregisteredOptions())
        _ = try committed(try await store.commit(step(after, headers: [header(6)])))
    }
}

@Suite("What is published")
struct PublicationTests {
    @Test("Thresholds get a new number when they change, and only then")
    func policy() async throws {
        let migrated = try await MigratedDatabase()
        #expect(try await migrated.publish(Thresholds(credit: 2, final: 5)) == 1)
        #expect(try await migrated.publish(Thresholds(credit: 2, final: 5)) == 1)
        #expect(try await migrated.publish(Thresholds(credit: 3, final: 5)) == 2)
        #expect(try await migrated.publish(Thresholds(credit: 9, final: 9), introducing: true) == 2)
    }

    @Test("An asset's decimals and a network's chain never change")
    func immutable() async throws {
        let migrated = try await MigratedDatabase()
        let other = Asset(code: "LTC", contract: nil, decimals: 6, minimumDeposit: .zero, transferFee: .zero)
        await #expect { try await migrated.publish(assets: [other]) } throws: {
            ($0 as? PostgresError)?.sqlState == "CF007"
        }
        await #expect { try await migrated.publish(chain: "main") } throws: {
            ($0 as? PostgresError)?.sqlState == "CF007"
        }
    }
}
