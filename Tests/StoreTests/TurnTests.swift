import Foundation
import Payments
import Store
import TestSupport
import Testing

/// Who comes with very many gets a turn after each of the others'.
@Suite("Turns")
struct TurnTests {
    @Test("Thousands of options of one project hold up no other's")
    func options() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.database.execute(
            """
            SELECT confirmd.set_project('other');
            SELECT confirmd.create_invoice('shop', n::text, jsonb_build_array(jsonb_build_object('asset', 'LTC', 'address', 'a' || n)))
            FROM generate_series(1, 1200) n;
            SELECT confirmd.create_invoice('other', 'mine', '[{"asset":"LTC","address":"mine"}]');
            """)
        let batch = try await migrated.store.unregisteredOptions(watched: false, limit: 500)
        #expect(batch.count == 500)
        #expect(batch.prefix(2).map(\.owner.project).sorted() == ["other", "shop"])
        #expect(batch.filter { $0.owner.project == "shop" }.map(\.owner.reference) == (1..<500).map(String.init))
    }

    @Test("Thousands of commands of one project hold up no other's")
    func commands() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.database.execute(
            """
            SELECT confirmd.set_project('other');
            SELECT confirmd.create_invoice('other', 'mine', '[{"asset":"LTC","address":"mine"}]');
            SELECT confirmd.mark_paid(confirmd.create_invoice('shop', n::text,
                jsonb_build_array(jsonb_build_object('asset', 'LTC', 'address', 'a' || n))), 'because')
            FROM generate_series(1, 1000) n;
            SELECT confirmd.cancel_invoice(id, 'because') FROM confirmd.invoice WHERE order_id = 'mine';
            """)
        let settlement = Store(migrated.connection, lane: Store.settlementLane)
        let numbers = try await settlement.waitingCommands(limit: 200).map(\.number)
        #expect(numbers.count == 200)
        #expect(numbers.prefix(2) == [1, 1001])
        #expect(numbers.dropFirst(2) == Array(2..<200).map(Int64.init)[...])
    }

    @Test("Who looks at deadlines goes on after the last one looked at, and comes to all of them")
    func deadlines() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await migrated.database.execute(
            """
            SELECT confirmd.create_invoice('shop', n::text, jsonb_build_array(jsonb_build_object('asset', 'LTC', 'address', 'a' || n)))
            FROM generate_series(1, 7) n
            """)
        try await lane.register()
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp()) - interval '1 hour';
            UPDATE confirmd_data.network SET observed_through = clock_timestamp(), arrival_grace = '0';
            """)
        let settlement = Store(migrated.connection, lane: Store.settlementLane)
        var seen: [UUID] = []
        for _ in 1...3 { seen += try await settlement.dueInvoices(.expiry, after: seen.last, limit: 3) }
        #expect(seen.count == 7 && Set(seen).count == 7, "all of one deadline, each once")
        #expect(try await settlement.dueInvoices(.expiry, after: seen.last, limit: 3).isEmpty)
        #expect(try await settlement.dueInvoices(.finality, after: nil, limit: 3).isEmpty)
    }
}
