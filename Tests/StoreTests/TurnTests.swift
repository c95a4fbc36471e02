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

    @Test(
        "Whatever is due and can't be decided holds up nothing else, and is looked at again when what it waits for is over"
    )
    func deadlines() async throws {
        let migrated = try await MigratedDatabase()
        _ = try await NetworkLane(migrated)
        try await migrated.database.execute(
            """
            INSERT INTO confirmd_data.network (network, family, chain, max_block_gap, arrival_grace)
                VALUES ('elsewhere', 'none', 'none', '1 hour', '0');
            INSERT INTO confirmd_data.asset VALUES ('ELSE', 'elsewhere', NULL, 8, 0, 0);
            SELECT confirmd.create_invoice('shop', n::text,
                jsonb_build_array(jsonb_build_object('asset', 'LTC', 'address', 'a' || n))
                || CASE WHEN n <= 250 THEN jsonb_build_array(jsonb_build_object('asset', 'ELSE', 'address', 'e' || n)) ELSE '[]' END)
            FROM generate_series(1, 251) n
            """)
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.option SET key = convert_to(address, 'UTF8'),
                watch_number = substr(address, 2)::int + CASE asset WHEN 'LTC' THEN 0 ELSE 1000 END, registered_at = clock_timestamp();
            UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp())
                - CASE order_id WHEN '251' THEN interval '1 minute' ELSE interval '1 hour' END;
            UPDATE confirmd_data.owner SET check_at = expires_at FROM confirmd_data.invoice WHERE invoice_id = owner_id;
            UPDATE confirmd_data.network SET observed_through = clock_timestamp(), arrival_grace = '0'
                WHERE network = 'litecoin';
            """)
        var settlement = try await SettlementLane(migrated)
        let looks = [try await settlement.look(), try await settlement.look(), try await settlement.look()]
        #expect(looks.map(\.count) == [200, 51, 0])
        let expired = looks.joined().filter { $0.invoice?.isExpired == true }
        #expect(expired.map(\.owner.reference) == ["251"])
        let reader = Reader(migrated.connection)
        func undecided() async throws -> [[String]] {
            try await reader.undecided(limit: 1_000).map(\.columns).map {
                [$0.question, $0.waitsFor, $0.network ?? "", "\($0.invoices)"]
            }
        }
        #expect(
            try await undecided()
                == [["expiry", "observation", "elsewhere", "250"], ["finality", "finality", "litecoin", "1"]])

        // Half of them are past it, then the network is retired.
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.network SET observed_through = clock_timestamp() - interval '30 minutes'
            WHERE network = 'elsewhere'
            """)
        #expect(try await settlement.look().count == 200)
        #expect(try await settlement.look().count == 50)
        #expect(try await undecided().map { $0[0] } == ["finality", "finality"])
        #expect(try await settlement.look().isEmpty)
        try await migrated.database.execute(
            "UPDATE confirmd_data.network SET state = 'retired' WHERE network = 'elsewhere'")
        #expect(try await settlement.look().count == 200)
        #expect(try await settlement.look().count == 50)
        #expect(try await settlement.look().isEmpty)
        #expect(try await undecided() == [["finality", "finality", "litecoin", "251"]])
    }

    @Test("What waits for a registration is looked at after it, also where both were decided at once")
    func registeredMeanwhile() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await lane.block()
        try await migrated.database.execute(
            """
            SELECT confirmd.create_invoice('shop', 'one', '[{"asset":"LTC","address":"one"}]');
            UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp()) - interval '1 minute';
            UPDATE confirmd_data.owner SET check_at = expires_at FROM confirmd_data.invoice WHERE invoice_id = owner_id
            """)
        var settlement = try await SettlementLane(migrated)
        var looks: [[Changes]] = []
        try await lane.register { looks.append(try await settlement.look()) }
        #expect(looks.joined().map { $0.waits.map(\.kind) } == [[.registration, .observation]])
        #expect(try await settlement.look().map { $0.waits.map(\.kind) } == [[.observation]])
    }

    @Test("A network that is far behind keeps none of another's waiting")
    func networks() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.database.execute(
            """
            SELECT confirmd.create_invoice('shop', n::text, jsonb_build_array(jsonb_build_object('asset', 'LTC', 'address', 'a' || n)))
            FROM generate_series(1, 300) n;
            UPDATE confirmd_data.owner SET check_at = NULL, check_on = 'litecoin', check_mark = 'observed',
                check_through = clock_timestamp() - interval '1 hour';
            UPDATE confirmd_data.network SET observed_through = clock_timestamp();
            UPDATE confirmd_data.owner SET check_on = NULL, check_mark = NULL, check_through = NULL, check_at = clock_timestamp()
                FROM confirmd_data.invoice WHERE invoice_id = owner_id AND order_id IN ('7', '8');
            """)
        let due = try await migrated.store.dueInvoices(limit: 10)
        let orders = try await migrated.database.rows(
            "SELECT order_id FROM confirmd.invoice WHERE id = ANY ('{\(due.map(\.uuidString).joined(separator: ","))}')"
        )
        #expect(due.count == 10 && orders.contains(["7"]) && orders.contains(["8"]))
    }
}
