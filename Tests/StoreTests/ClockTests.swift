import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport
import Testing

/// Times that were written while the database's clock was ahead of what it is now.
@Suite("A clock that was put back")
struct ClockTests {
    private func lane(_ migrated: MigratedDatabase) async throws -> [String?]? {
        try await migrated.database.rows(
            """
            SELECT l.held_by, d.held_until <= clock_timestamp() + interval '60 s' FROM confirmd.lane l
            JOIN confirmd_data.lane d USING (lane) WHERE lane = 'litecoin'
            """
        ).first
    }

    @Test("A lease that ends later than any can is nobody's to readers, and is cut short when somebody wants the lane")
    func lease() async throws {
        let migrated = try await MigratedDatabase()
        let holder = UUID()
        _ = try await migrated.store.acquireLane(holder: holder, host: "one", timeToLive: .seconds(60))
        #expect(try await lane(migrated) == ["one", "t"])
        try await migrated.database.execute(
            "UPDATE confirmd_data.lane SET held_until = clock_timestamp() + interval '2 hours' WHERE lane = 'litecoin'")
        #expect(try await lane(migrated) == [nil, "f"])
        let other = Store(try migrated.connect(), lane: "litecoin")
        #expect(try await other.acquireLane(holder: UUID(), host: "two", timeToLive: .seconds(60)) == nil)
        #expect(try await lane(migrated) == ["one", "t"])
        // One that lives shows it in time.
        #expect(try await migrated.store.renewLane(holder: holder, epoch: 1, timeToLive: .seconds(60)))
        try await migrated.database.execute(
            "UPDATE confirmd_data.lane SET held_until = clock_timestamp() - interval '1 s' WHERE lane = 'litecoin'")
        #expect(try await lane(migrated)?[0] == nil)
        #expect(try await other.acquireLane(holder: UUID(), host: "two", timeToLive: .seconds(60)) == 2)
    }

    @Test("A watermark that is ahead is unknown, withdrawn at the next renewal, and replaced by the next observation")
    func watermark() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        func header() async throws -> Header {
            let time = try await migrated.store.time()
            return Header(
                reference: BlockReference(height: 1, hash: Hash256(7, 0, 0, 1)), parent: Hash256(0, 0, 0, 0),
                time: time, work: 1)
        }
        var step = Step(network: "litecoin", base: lane.base, headersKept: 10, state: .following)
        step.headers = [try await header()]
        step.observedAgo = .zero
        try await lane.take(step)
        func known() async throws -> Int64? {
            try await migrated.store.watermarks().watermarks["litecoin"]?.observedThrough
        }
        let seen = try #require(try await known())
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.network SET observed_through = clock_timestamp() + interval '2 hours';
            SELECT confirmd.create_invoice('shop', '1', '[{"asset": "LTC", "address": "a", "amount": "1"}]');
            UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp()) - interval '10 minutes';
            """)
        try await lane.register()
        #expect(try await known() == nil)
        var settlement = try await SettlementLane(migrated)
        #expect(try await settlement.look().first?.invoice?.isExpired == false)
        #expect(try await settlement.look().isEmpty)
        var observing = Step(network: "litecoin", base: lane.base, headersKept: 10, state: .following)
        observing.observedAgo = .zero
        try await lane.take(observing)
        #expect(try #require(try await known()) - seen < 600)
        #expect(try await settlement.look().first?.invoice?.isExpired == true)

        try await migrated.database.execute(
            """
            UPDATE confirmd_data.network SET observed_through = clock_timestamp() + interval '2 hours';
            UPDATE confirmd_data.lane SET holder = NULL WHERE lane = 'litecoin';
            """)
        _ = try await migrated.store.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(60))
        #expect(try await migrated.database.value("SELECT observed_through FROM confirmd_data.network") == nil)
    }

    @Test("What was sighted in the future was sighted by now")
    func sighting() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated, credit: 2)
        try await lane.block()
        try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')")
        try await lane.register()
        try await lane.sight(1, "a", 100_000_000)
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.deposit SET seen_at = clock_timestamp() + interval '3 days';
            UPDATE confirmd_data.lane SET holder = NULL WHERE lane = 'litecoin';
            """)
        let holder = UUID()
        let epoch = try #require(
            try await migrated.store.acquireLane(holder: holder, host: "test", timeToLive: .seconds(60)))
        let isPast = "SELECT seen_at <= clock_timestamp() FROM confirmd_data.deposit"
        #expect(try await migrated.database.value(isPast) == "t")
        // A step that has the owner locked is not waited for.
        try await migrated.database.execute(
            "UPDATE confirmd_data.deposit SET seen_at = clock_timestamp() + interval '3 days'")
        func renews() async throws -> Bool {
            try await migrated.store.renewLane(holder: holder, epoch: epoch, timeToLive: .seconds(60))
        }
        let meanwhile = try await migrated.whileOpen("SELECT FROM confirmd_data.owner FOR NO KEY UPDATE") {
            (isRenewed: try await renews(), isPast: try await migrated.database.value(isPast))
        }
        #expect(meanwhile.isRenewed && meanwhile.isPast == "f")
        #expect(try await renews())
        #expect(try await migrated.database.value(isPast) == "t")
    }

    @Test("A final block that its miner dated ahead makes nothing final before its time")
    func finalBlock() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        for _ in 0..<4 { try await lane.block() }
        try await migrated.database.execute(
            "UPDATE confirmd_data.header SET time = clock_timestamp() + interval '2 hours'")
        let (now, watermarks) = try await migrated.store.watermarks()
        #expect(try #require(watermarks["litecoin"]?.finalThrough) <= now)
    }

    @Test("An option made while the clock was ahead is looked for from the present back")
    func scan() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.database.execute(
            """
            SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a');
            UPDATE confirmd_data.option SET created_at = clock_timestamp() + interval '1 day';
            """)
        let options = try await migrated.store.unregisteredOptions(watched: false, limit: 1)
        #expect(try #require(options.first).createdAt <= (try await migrated.store.time()))
    }
}
