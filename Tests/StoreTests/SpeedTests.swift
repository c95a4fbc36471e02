import BigInt
import Foundation
import Payments
import Postgres
import Store
import TestSupport
import Testing

@Suite("What keeps steps and look-ups fast")
struct SpeedTests {
    private func createInvoice(_ order: String, _ address: String, in migrated: MigratedDatabase) async throws {
        try await migrated.database.execute(
            "SELECT confirmd.create_invoice('shop', :'order', jsonb_build_array(jsonb_build_object('asset', 'LTC', 'address', :'address', 'amount', '1')))",
            ["order": order, "address": address])
    }

    @Test("Rows that every step changes, and invoices, are updated in place: no index is touched")
    func hot() async throws {
        let migrated = try await MigratedDatabase()
        // Room on each page for new versions, also while the old ones can't go yet because something still reads there.
        try await migrated.database.execute(
            """
            ALTER TABLE confirmd_data.invoice SET (fillfactor = 10);
            ALTER TABLE confirmd_data.owner SET (fillfactor = 10);
            """)
        var lane = try await NetworkLane(migrated)
        for number in 1...20 { try await createInvoice("\(number)", "address-\(number)", in: migrated) }
        try await lane.register()
        for number in 1...20 { try await lane.block(["address-\(number)": 100_000_000]) }
        _ = try await migrated.connection.query("SELECT pg_stat_force_next_flush()::text AS flushed")
        for table in ["lane", "network", "balance", "outbox_counter", "owner", "invoice"] {
            let counts = try await eventually(
                "the statistics of \(table) are there",
                look: {
                    try await migrated.database.rows(
                        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = '\(table)'")[0]
                }, holds: { ($0[0].flatMap { Int($0) } ?? 0) >= 20 })
            #expect(counts[0] == counts[1], "\(table)")
        }
    }

    @Test("An invoice that a step leaves as it is is not written")
    func unchanged() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated, credit: 2)
        try await createInvoice("1", "a", in: migrated)
        try await lane.register()
        let row = "SELECT xmin FROM confirmd_data.invoice"
        let before = try await migrated.database.value(row)
        try await lane.block(["a": 100_000_000])
        #expect(try await migrated.database.value("SELECT status FROM confirmd.deposit") == "detected")
        #expect(try await migrated.database.value(row) == before)
        try await lane.block()
        #expect(try await migrated.database.value("SELECT status FROM confirmd.invoice") == "paid")
        #expect(try await migrated.database.value(row) != before)
    }

    @Test("A deposit whose option is not there is refused, and with it the whole step")
    func withoutOption() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await createInvoice("1", "a", in: migrated)
        try await lane.register()
        let base = lane.base
        try await migrated.database.execute(
            """
            CREATE FUNCTION lose_option() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
                $$ BEGIN DELETE FROM confirmd_data.option; RETURN NULL; END $$;
            CREATE TRIGGER lose_option AFTER UPDATE ON confirmd_data.owner
                FOR EACH STATEMENT EXECUTE FUNCTION lose_option();
            """)
        await #expect { try await lane.block(["a": 100_000_000]) } throws: { error in
            "\(error)".contains("option or asset")
        }
        #expect(try await migrated.store.snapshot() == base)
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd_data.deposit") == "0")
    }

    @Test(
        "The views are searched by index for what people look for",
        arguments: [
            (
                "SELECT * FROM confirmd.deposit WHERE network = 'litecoin' AND transaction = 'ab'",
                "deposit_by_transaction"
            ),
            (
                "SELECT * FROM confirmd.deposit WHERE invoice_id = '00000000-0000-0000-0000-000000000001'",
                "deposit_by_owner"
            ),
            (
                "SELECT * FROM confirmd.deposit WHERE wallet_id = '00000000-0000-0000-0000-000000000001'",
                "deposit_by_owner"
            ),
            ("SELECT * FROM confirmd.invoice_option WHERE address = ANY ('{a,b}')", "option_by_address"),
            ("SELECT * FROM confirmd.static_wallet WHERE address = 'a'", "option_by_address"),
            ("SELECT * FROM confirmd.invoice WHERE project = 'shop' AND order_id = '1'", "invoice_by_order"),
            (
                "SELECT * FROM confirmd.static_wallet WHERE project = 'shop' AND customer_id = '1'",
                "static_wallet_by_customer"
            ),
        ])
    func views(query: String, index: String) async throws {
        let migrated = try await MigratedDatabase()
        let plan = try await migrated.database.rows(
            "SET enable_seqscan = off; EXPLAIN \(query)"
        ).compactMap { $0[0] }.joined(separator: "\n")
        #expect(plan.contains(index), "\(plan)")
    }

    @Test("A wallet's dossier is found without a look at its past")
    func busyWallet() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'donor', 'LTC', 'a')")
        try await lane.register()
        for _ in 1...5 { try await lane.block(["a": 100_000_000]) }
        // Credited at 1 confirmation, final at 3: the first three are.
        let wallet = try #require(
            try await migrated.database.value("SELECT id FROM confirmd.static_wallet").flatMap { UUID(uuidString: $0) })
        let dossier = try #require(try await migrated.store.dossiers(DossierQuery(owners: [wallet])).first)
        #expect(dossier.deposits.map { $0.block?.height } == [4, 5])
        let old = try #require(
            try await migrated.database.value("SELECT id FROM confirmd.deposit WHERE block_height = 2")
                .flatMap { UUID(uuidString: $0) })
        let named = try #require(
            try await migrated.store.dossiers(DossierQuery(owners: [wallet], deposits: [old])).first)
        #expect(named.deposits.map { $0.block?.height } == [2, 4, 5])
        let disconnecting = try #require(try await migrated.store.dossiers(DossierQuery(above: 2)).first)
        #expect(disconnecting.deposits.map { $0.block?.height } == [3, 4, 5])
        // With a search path of its own it is a box that EXPLAIN does not look into.
        let plan = try await migrated.database.rows(
            """
            ALTER FUNCTION confirmd_data.dossiers RESET search_path;
            SET enable_seqscan = off;
            EXPLAIN SELECT * FROM confirmd_data.dossiers('litecoin', '{}', NULL, '{\(wallet)}', '{}', NULL, NULL, false, NULL, false)
            """
        ).compactMap { $0[0] }.joined(separator: "\n")
        #expect(plan.contains("deposit_open"), "\(plan)")
    }
}
