import Foundation
import Payments
import Postgres
import TestSupport
import Testing

@testable import Watcher

@Suite("The settlement lane")
struct SettlementWorkerTests {
    /// Runs the network's worker and the settlement lane's while the body does.
    private func settling(_ watched: Watched, _ body: () async throws -> Void) async throws {
        try await watched.running(try watched.settlementWorker()) {
            try await watched.following(body)
        }
    }

    @Test("An unpaid invoice is canceled by its deadline, and final once blocks past it are")
    func expiry() async throws {
        let watched = try await Watched(age: 190, thresholds: Thresholds(credit: 1, final: 2))
        try await watched.createInvoice("1", key: 1, expiresIn: "1 second")
        try await settling(watched) {
            try await watched.reaches("canceled", "1")
            for _ in 0..<3 {
                watched.chain.mine(time: Int64(Date().timeIntervalSince1970) + 5)
            }
            try await eventually("the invoice is final") {
                try await watched.database.value("SELECT is_final FROM confirmd.invoice") == "t"
            }
        }
        #expect(
            try await watched.database.rows(
                "SELECT type, payload->>'status', payload->>'reason', payload->>'is_final' FROM confirmd.outbox ORDER BY position"
            )
                == [
                    ["invoice.registered", "created", nil, "false"],
                    ["invoice.status_changed", "canceled", "expired", "false"],
                    ["invoice.status_changed", "canceled", "expired", "true"],
                ])
    }

    // Pitfall 15, and "one chain down blocks all".
    @Test("A network that is down holds back the invoices that accept it, and no others; retired, it holds back none")
    func outageAndRetirement() async throws {
        let watched = try await Watched(age: 190)
        try await watched.database.execute(
            """
            INSERT INTO confirmd_data.lane (lane) VALUES ('silent');
            INSERT INTO confirmd_data.network (network, family, chain, max_block_gap, arrival_grace)
                VALUES ('silent', 'model', 'silent', '3 hours', '0');
            INSERT INTO confirmd_data.asset VALUES ('OTHER', 'silent', NULL, 8, 0, 0);
            """)
        try await watched.createInvoice("1", key: 1, expiresIn: "1 second")
        try await watched.database.execute(
            """
            SELECT confirmd.create_invoice('shop', '2', '[{"asset":"COIN","address":"model-2","amount":"1"},
                {"asset":"OTHER","address":"other","amount":"1"}]', '1 second')
            """)
        try await settling(watched) {
            try await watched.reaches("canceled", "1")
            #expect(try await watched.status(of: "2") == "created")
            let number = try await watched.database.value("SELECT confirmd.retire_network('silent', 'gone')")
            try await watched.reaches("canceled", "2")
            #expect(
                try await watched.database.rows(
                    "SELECT outcome, detail FROM confirmd.operator_command WHERE number = \(number ?? "0")")
                    == [["applied", nil]])
        }
        let refused = await watched.refusal(
            of:
                "SELECT confirmd.create_invoice('shop', '3', '[{\"asset\":\"OTHER\",\"address\":\"x\",\"amount\":\"1\"}]')"
        )
        #expect(refused == "CF022")
    }

    @Test("Mark paid and cancel are carried out in the order of their numbers, with readable outcomes")
    func commands() async throws {
        let watched = try await Watched()
        for order in ["1", "2"] { try await watched.createInvoice(order, key: UInt32(order)!) }
        try await watched.database.execute(
            """
            SELECT confirmd.mark_paid(id, 'paid by hand') FROM confirmd.invoice WHERE order_id = '1';
            SELECT confirmd.cancel_invoice(id, 'too late') FROM confirmd.invoice WHERE order_id = '1';
            SELECT confirmd.cancel_invoice(id, 'changed his mind') FROM confirmd.invoice WHERE order_id = '2';
            """)
        try await settling(watched) {
            try await watched.reaches("paid", "1")
            try await watched.reaches("canceled", "2")
        }
        #expect(
            try await watched.database.rows(
                "SELECT kind, outcome, detail FROM confirmd.operator_command ORDER BY number")
                == [["mark_paid", "applied", nil], ["cancel", "refused", "not_created"], ["cancel", "applied", nil]])
        #expect(
            try await watched.database.rows("SELECT order_id, reason FROM confirmd.invoice ORDER BY order_id")
                == [["1", "marked_paid"], ["2", "canceled"]])
    }

    @Test("An operator's open transaction freezes nobody; its command is carried out once it shows")
    func openOperator() async throws {
        let watched = try await Watched()
        try await watched.createInvoice("1", key: 1)
        try await watched.createInvoice("2", key: 2)
        let database = watched.database
        try await settling(watched) {
            try await watched.isRegistered("1")
            // It waits on a lock of ours with its commands made and not committed.
            let holder = PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
            _ = try await holder.query("SELECT pg_advisory_lock(77)::text AS held", [])
            async let open: Void = database.execute(
                """
                BEGIN;
                SELECT confirmd.mark_paid(id, 'by hand') FROM confirmd.invoice WHERE order_id = '1';
                SELECT confirmd.retire_network('model', 'not yet');
                SELECT pg_advisory_lock(77);
                ROLLBACK;
                """)
            try await eventually("the operator waits with the transaction open") {
                try await database.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'") == "1"
            }
            watched.chain.mine([(ModelAddresses.key(1), 100_000_000), (ModelAddresses.key(2), 100_000_000)])
            try await watched.reaches("paid", "1")
            try await database.execute("SELECT confirmd.mark_paid(id, 'x') FROM confirmd.invoice WHERE order_id = '2'")
            try await eventually("the later command is decided") {
                try await database.value("SELECT outcome FROM confirmd.operator_command") == "refused"
            }
            _ = try await holder.query("SELECT pg_advisory_unlock(77)::text AS freed", [])
            try await open
        }
    }

    @Test("An option added later is watched, and what was paid to it before counts")
    func addOption() async throws {
        let watched = try await Watched()
        try await watched.createInvoice("1", key: 1)
        try await settling(watched) {
            try await watched.isRegistered("1")
            watched.chain.mine([(ModelAddresses.key(9), 100_000_000)])
            try await watched.cursorReachesTip()
            try await watched.database.execute(
                "SELECT confirmd.add_option(id, 'COIN', 'model-9', '1') FROM confirmd.invoice")
            try await watched.reaches("paid", "1")
        }
        let twice = try await watched.database.rows(
            "SELECT count(*), count(DISTINCT id) FROM confirmd.outbox WHERE type = 'invoice.registered'")
        #expect(twice == [["2", "2"]])
    }
}
