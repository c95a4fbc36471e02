import Store
import TestSupport
import Testing

@Suite("What creators call")
struct CreatorTests {
    @Test("The same order again gives the same invoice; other content is refused")
    func idempotent() async throws {
        let database = try await MigratedDatabase().database
        let create =
            "SELECT confirmd.create_invoice('shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"1.25\"}]')"
        let id = try await database.value(create)
        #expect(try await database.value(create) == id)
        #expect(try await database.value("SELECT count(*) FROM confirmd.invoice") == "1")
        let other = create.replacing("1.25", with: "1.26")
        await #expect { try await database.execute(other) } throws: {
            ($0 as? TestDatabase.Failure)?.sqlState == "CF006"
        }
        let row = try await database.rows(
            "SELECT amount, amount_base, due, remaining FROM confirmd.invoice_option")
        #expect(row == [["1.25", "125000000", "1.25", "1.25"]])
    }

    @Test("A customer has one wallet an asset")
    func wallets() async throws {
        let migrated = try await MigratedDatabase()
        let create = "SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')"
        let id = try await migrated.database.value(create)
        #expect(try await migrated.database.value(create) == id)
        #expect(await migrated.refusal(of: create.replacing("'a'", with: "'b'")) == "CF006")
        #expect(await migrated.refusal(of: create.replacing("LTC", with: "XYZ")) == "CF002")
    }

    @Test(
        "Whatever is wrong is refused with its own code",
        arguments: [
            ("'nobody', '1', '[{\"asset\":\"LTC\",\"address\":\"a\"}]'", "CF001"),
            ("'shop', '1', '[{\"asset\":\"XYZ\",\"address\":\"a\"}]'", "CF002"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"1.123456789\"}]'", "CF003"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"1e3\"}]'", "CF003"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"-1\"}]'", "CF003"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":1}]'", "CF005"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"0.00009999\"}]'", "CF004"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"0\"}]'", "CF004"),
            ("'shop', '1', '[]'", "CF005"),
            ("'shop', '1', '{}'", "CF005"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"price\":\"1\"}]'", "CF005"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a b\"}]'", "CF005"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\"},{\"asset\":\"LTC\",\"address\":\"a\"}]'", "CF005"),
            (
                "'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\"},{\"asset\":\"LTC\",\"address\":\"b\",\"amount\":\"1\"}]'",
                "CF005"
            ),
            ("'shop', '', '[{\"asset\":\"LTC\",\"address\":\"a\"}]'", "CF005"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\"}]', '0 seconds'", "CF005"),
            ("'shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\"}]', '1 hour', '[]'", "CF005"),
        ])
    func refused(arguments: String, code: String) async throws {
        let migrated = try await MigratedDatabase()
        #expect(await migrated.refusal(of: "SELECT confirmd.create_invoice(\(arguments))") == code)
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd_data.owner") == "0")
    }

    @Test("What operators and later options are refused has its own code")
    func laterRefusals() async throws {
        let migrated = try await MigratedDatabase()
        let nobody = "'00000000-0000-4000-8000-000000000000'"
        let create =
            "SELECT confirmd.create_invoice('shop', 'ORDER', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"1\"}]')"
        let open = try #require(try await migrated.database.value(create.replacing("ORDER", with: "open")))
        let refused = try #require(try await migrated.database.value(create.replacing("ORDER", with: "refused")))
        let paid = try #require(try await migrated.database.value(create.replacing("ORDER", with: "paid")))
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.invoice SET refused = true, status = 'canceled' WHERE invoice_id = '\(refused)';
            UPDATE confirmd_data.invoice SET status = 'paid' WHERE invoice_id = '\(paid)';
            """)
        let refusals = [
            ("mark_paid(\(nobody), 'why')", "CF009"), ("mark_paid('\(open)', '')", "CF005"),
            ("mark_paid('\(refused)', 'why')", "CF020"), ("cancel_invoice(\(nobody), 'why')", "CF009"),
            ("cancel_invoice('\(open)', NULL)", "CF005"), ("cancel_invoice('\(refused)', 'why')", "CF020"),
            ("add_option(\(nobody), 'LTC', 'b', '1')", "CF009"), ("add_option('\(refused)', 'LTC', 'b', '1')", "CF020"),
            ("add_option('\(paid)', 'LTC', 'b', '1')", "CF021"), ("add_option('\(open)', 'LTC', 'a', '1')", "CF005"),
            ("add_option('\(open)', 'LTC', 'b', NULL)", "CF005"), ("add_option('\(open)', 'XYZ', 'b', '1')", "CF002"),
            ("add_option('\(open)', 'LTC', 'b', '0.00001')", "CF004"), ("retire_network('nowhere', 'why')", "CF023"),
            ("retire_network('litecoin', '')", "CF005"), ("new_outbox_incarnation('')", "CF005"),
            ("new_outbox_incarnation('x', -1)", "CF005"),
            ("set_project('', 1)", "CF005"), ("set_project('shop', 10000)", "CF005"),
            ("set_project('shop', service_fee_payer => 'nobody')", "CF005"),
            ("set_project('shop', service_fee_bps_for => '{\"XYZ\": 1}')", "CF002"),
            ("set_project('shop', service_fee_bps_for => '{\"LTC\": 10000}')", "CF005"),
        ]
        for (call, code) in refusals {
            #expect(await migrated.refusal(of: "SELECT confirmd.\(call)") == code, "\(call)")
        }
        // Fifty options are the most there can be.
        try await migrated.database.execute(
            "SELECT confirmd.add_option('\(open)', 'LTC', 'b' || n, '1') FROM generate_series(2, 50) n")
        #expect(await migrated.refusal(of: "SELECT confirmd.add_option('\(open)', 'LTC', 'c', '1')") == "CF005")
    }

    @Test("Fees on the client are added, so that one payment nets the merchant exactly the amount")
    func clientFees() async throws {
        let database = try await MigratedDatabase().database
        try await database.execute(
            "SELECT confirmd.set_project('shop', 190, service_fee_payer => 'client', transfer_fee_payer => 'client')")
        try await database.execute("UPDATE confirmd_data.asset SET transfer_fee = 1000")
        for (order, amount) in ["1", "0.5", "1.23456789", "0.00010007", "21000000"].enumerated() {
            try await database.execute(
                "SELECT confirmd.create_invoice('shop', '\(order)', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"\(amount)\"}]')"
            )
        }
        let unequal = try await database.rows(
            """
            SELECT amount_base, due_base - confirmd_data.fee(due_base, 1000, 190) AS net FROM confirmd.invoice_option
            WHERE amount_base <> due_base - confirmd_data.fee(due_base, 1000, 190)
            """)
        #expect(unequal.isEmpty)
    }

    @Test("Terms hold from creation on")
    func terms() async throws {
        let database = try await MigratedDatabase().database
        let create =
            "SELECT confirmd.create_invoice('shop', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"1\"}]')"
        try await database.execute(create)
        try await database.execute("SELECT confirmd.set_project('shop', 500, underpay_tolerance_bps => 100)")
        #expect(
            try await database.rows(
                "SELECT i.underpay_tolerance_bps, o.service_fee_bps FROM confirmd_data.invoice i JOIN confirmd_data.option o ON o.owner_id = i.invoice_id"
            )
                == [["0", "0"]])
    }
}
