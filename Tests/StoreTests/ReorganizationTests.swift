import Chain
import Foundation
import Payments
import Store
import TestSupport
import Testing

@Suite("Blocks that are disconnected, and transactions in none")
struct ReorganizationTests {
    private func lane(_ options: String...) async throws -> NetworkLane {
        let migrated = try await MigratedDatabase()
        for (number, address) in options.enumerated() {
            try await migrated.database.execute(
                """
                SELECT confirmd.create_invoice('shop', 'order \(number)',
                    '[{"asset":"LTC","address":"\(address)","amount":"1"}]')
                """, user: "confirmd_creator")
        }
        var lane = try await NetworkLane(migrated)
        for _ in 1...3 { try await lane.block() }
        try await lane.register()
        return lane
    }

    @Test("Headers above go, the tip goes back, observed-through is withdrawn, and it is told")
    func cursor() async throws {
        var lane = try await lane("one")
        let (store, database) = (lane.migrated.store, lane.migrated.database)
        var observed = Step(network: "litecoin", base: lane.base, headersKept: 10, state: .following)
        observed.headHeight = 3
        observed.observedAgo = .zero
        try await lane.take(observed)
        #expect(try await database.value("SELECT observed_through IS NOT NULL FROM confirmd.network") == "t")
        try await lane.disconnect(to: 1)
        #expect(lane.base.tip == BlockReference(height: 1, hash: Hash256(7, 0, 0, 1)))
        #expect(try await store.snapshot() == lane.base)
        #expect(try await store.window(10).map(\.height) == [1])
        #expect(try await database.value("SELECT observed_through IS NULL FROM confirmd.network") == "t")
        let told = try await database.rows(
            """
            SELECT payload ->> 'depth', payload ->> 'tip_height', payload ->> 'disconnected_height'
            FROM confirmd.outbox WHERE type = 'network.reorganized'
            """)
        #expect(told == [["2", "1", "3"]])
        try await lane.block()
        #expect(try await store.window(10).map(\.height) == [1, 2])
    }

    @Test("A credit is taken back with exactly its entries, and given again in another block")
    func reversal() async throws {
        var lane = try await lane("one")
        let database = lane.migrated.database
        try await lane.block(["one": 100_000_000])
        #expect(try await database.value("SELECT status FROM confirmd.invoice") == "paid")
        try await lane.disconnect(to: 3)
        #expect(try await database.value("SELECT status FROM confirmd.invoice") == "created")
        #expect(try await database.value("SELECT status FROM confirmd.deposit") == "reversed")
        #expect(try await database.value("SELECT credited FROM confirmd.balance") == "0")
        try await lane.block()
        try await lane.block(["one": 100_000_000])
        #expect(try await database.value("SELECT credited FROM confirmd.balance") == "1")
    }

    @Test("What transactions spend is kept with those that are in no block")
    func unmined() async throws {
        var lane = try await lane("one", "two")
        let store = lane.migrated.store
        try await lane.sight(5, "one", 7)
        try await lane.sight(6, "two", 7)
        let unmined = try await store.unmined()
        let spends = Dictionary(uniqueKeysWithValues: unmined.map { ($0.id, $0.spends) })
        #expect(
            spends == [
                Hash256(9, 0, 0, 5): [Outpoint(transaction: Hash256(1, 1, 1, 5), index: 5)],
                Hash256(9, 0, 0, 6): [Outpoint(transaction: Hash256(1, 1, 1, 6), index: 6)],
            ])
        #expect(unmined.allSatisfy { $0.deposits.count == 1 && $0.keys.count == 1 })
        // Replaced it may come back; double spent it can't.
        try await lane.lose(5, "one", .replaced)
        try await lane.lose(6, "two", .doubleSpent)
        #expect(try await store.unmined().map(\.id) == [Hash256(9, 0, 0, 5)])
    }

    @Test("An invoice with a payment in the mempool alone is due a day after it was sighted, not before")
    func patience() async throws {
        var lane = try await lane("one")
        let database = lane.migrated.database
        try await lane.sight(5, "one", 7)
        try await database.execute(
            """
            UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp()) - interval '1 hour';
            UPDATE confirmd_data.owner SET check_at = clock_timestamp();
            UPDATE confirmd_data.network SET observed_through = clock_timestamp(), arrival_grace = '0';
            UPDATE confirmd_data.deposit SET late = false, seen_at = date_trunc('second', clock_timestamp()) - interval '23 hours 59 minutes';
            """)
        var settlement = try await SettlementLane(lane.migrated)
        let looked = try await settlement.look()
        #expect(looked.map(\.waits.first?.kind) == [.pending] && looked.first?.invoice?.isExpired == false)
        let isADayLater =
            "SELECT check_at = seen_at + interval '24 hours 1 second' FROM confirmd_data.owner JOIN confirmd_data.deposit USING (owner_id)"
        #expect(try await database.value(isADayLater) == "t")
        #expect(try await settlement.look().isEmpty)
        try await database.execute(
            """
            UPDATE confirmd_data.deposit SET seen_at = seen_at - interval '2 minutes';
            UPDATE confirmd_data.owner SET check_at = check_at - interval '2 minutes';
            """)
        #expect(try await settlement.look().first?.invoice?.isExpired == true)
    }

    @Test("A command to resume a network waits for its own lane and no other")
    func commands() async throws {
        let lane = try await lane("one")
        let number = try #require(
            try await lane.migrated.database.value(
                "SELECT confirmd.resume_network('litecoin', 'mended', true)", user: "confirmd_operator"))
        let settlement = Store(lane.migrated.connection, lane: Store.settlementLane)
        #expect(try await settlement.waitingCommands(limit: 10).isEmpty)
        let waiting = try await lane.migrated.store.waitingCommands(limit: 10)
        #expect(waiting.map { String($0.number) } == [number])
        guard case .resume(resync: true) = waiting.first?.subject else { throw TestFailure("another command") }
    }
}
