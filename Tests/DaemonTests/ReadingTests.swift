import Chain
import Foundation
import Logging
import Payments
import Postgres
import Store
import TestSupport
import Testing

@testable import Daemon

/// What the commands read from a real database.
@Suite struct ReadingTests {
    private let database: TestDatabase
    private let connection: PostgresConnection
    private let reader: Reader

    init() async throws {
        database = try await PrivatePostgres.shared.createDatabase()
        connection = PostgresConnection(configuration: try PostgresConfiguration(url: database.url), logger: .silent)
        reader = Reader(connection)
        try await Migrator(connection).migrate { _ in }.requireFit()
        let network = try #require(try ConfigurationFolder().read().networks.first)
        try await Store(connection, lane: "litecoin").publish(network.publication, from: "host", introducing: true)
        // Times must not depend on where the database thinks it is.
        try await database.execute(
            "ALTER DATABASE \(database.name) SET timezone = 'Asia/Tokyo'; SET timezone = 'Asia/Tokyo'")
        await connection.close()
        try await database.execute(
            "SELECT confirmd.set_project('shop', service_fee_bps => 190, service_fee_bps_for => '{\"LTC\": 100}')")
    }

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    private func invoice(order: String = "1017") async throws -> UUID {
        let id = try await database.value(
            "SELECT confirmd.create_invoice('shop', :'order', '[{\"asset\":\"LTC\",\"address\":\"ltc1q\",\"amount\":\"1.25\"}]')",
            ["order": order])
        return try #require(id.flatMap { UUID(uuidString: $0) })
    }

    @Test func anInvoiceComesWithOptionsAndDeposits() async throws {
        let id = try await invoice()
        try await database.execute(
            """
            INSERT INTO confirmd_data.deposit (deposit_id, network, asset, owner_id, ordinal, transaction, locator, key,
                gross, status, late, seen_at, maturity, credit_required, final_required)
            VALUES (gen_random_uuid(), 'litecoin', 'LTC', :'id', 0, sha256('x'), 'vout:1', '\\x00', 50000000, 'detected', false,
                '2026-01-31T12:00:00.5Z', 0, 6, 12)
            """, ["id": id.uuidString])
        let detail = try #require(try await reader.invoice(id))
        #expect(detail.invoice.id == id && detail.invoice.orderId == "1017" && detail.invoice.status == "created")
        let option = try #require(detail.options.first)
        #expect(
            option.due == "1.25" && option.credited == "0" && option.remaining == "1.25" && option.detected == "0.5")
        let deposit = try #require(detail.deposits.first)
        #expect(deposit.gross == "0.5" && deposit.confirmations == 0 && deposit.required == 6 && deposit.net == nil)
        #expect(deposit.seenAt == "2026-01-31T12:00:00.500000Z")

        let json = try object(detail.json)
        #expect(json["order_id"] as? String == "1017" && json["metadata"] as? [String: String] == [:])
        let shown = try #require((json["options"] as? [[String: Any]])?.first)
        #expect(shown["due"] as? String == "1.25" && shown["due_base"] as? String == "125000000")
        #expect(shown["registered_at"] is NSNull)
        #expect((json["deposits"] as? [[String: Any]])?.first?["gross_base"] as? String == "50000000")
        #expect(try await reader.invoice(UUID()) == nil)
    }

    @Test func invoicesAreFoundByProjectAndStatusNewestFirst() async throws {
        let ids = [try await invoice(order: "1"), try await invoice(order: "2"), try await invoice(order: "3")]
        try await database.execute("UPDATE confirmd_data.invoice SET status = 'paid' WHERE order_id = '2'")
        #expect(try await reader.invoices(project: nil, status: nil, limit: 2).map(\.id) == [ids[2], ids[1]])
        #expect(try await reader.invoices(project: "shop", status: "paid", limit: 9).map(\.id) == [ids[1]])
        #expect(try await reader.invoices(project: "other", status: nil, limit: 9).isEmpty)
    }

    @Test func aWalletComesWithItsDeposits() async throws {
        let text = try await database.value("SELECT confirmd.create_static_wallet('shop', 'c', 'LTC', 'ltc1q')")
        let id = try #require(text.flatMap { UUID(uuidString: $0) })
        let detail = try #require(try await reader.wallet(id))
        #expect(detail.wallet.customerId == "c" && detail.wallet.address == "ltc1q" && detail.deposits.isEmpty)
        #expect(try await reader.wallets(project: "shop", customer: "c", limit: 9).map(\.id) == [id])
        #expect(try await reader.wallets(project: nil, customer: "d", limit: 9).isEmpty)
    }

    @Test func projectsAndBalancesAreRead() async throws {
        let project = try #require(try await reader.projects(named: "shop").first)
        #expect(project.serviceFeeBps == 190 && project.serviceFeeBpsFor == ["LTC": 100])
        #expect(try await reader.projects(named: "other").isEmpty)
        #expect(try await reader.balances(project: nil).isEmpty)
        // More than a Double holds.
        try await database.execute("INSERT INTO confirmd_data.balance VALUES ('shop', 'LTC', 9007199254740993, 1, 0)")
        let balance = try #require(try await reader.balances(project: "shop").first)
        #expect(balance.credited == "90071992.54740993" && balance.final == "0.00000001" && balance.fees == "0")
        #expect(try object(balance.json)["credited_base"] as? String == "9007199254740993")
    }

    @Test func aNetworkIsFollowedWhileItsLeaseLasts() async throws {
        let new = try #require(try await reader.networks().first)
        #expect(new.network == "litecoin" && new.state == "starting" && new.lag == nil && !new.isReady)
        try await database.execute(
            """
            UPDATE confirmd_data.network SET state = 'following', tip_height = 7, tip_hash = sha256(''), tip_time = now(),
                head_height = 9;
            UPDATE confirmd_data.lane SET holder = gen_random_uuid(), host = 'here',
                held_until = now() + interval '1 hour', time_to_live = '1 hour'
            WHERE lane = 'litecoin'
            """)
        let held = try #require(try await reader.networks().first)
        #expect(held.isReady && held.heldBy == "here" && held.lag == 2)
        try await database.execute("UPDATE confirmd_data.lane SET held_until = now() - interval '1 second'")
        #expect(try await reader.networks().first?.isReady == false)
        try await database.execute("UPDATE confirmd_data.network SET state = 'retired'")
        #expect(try await reader.networks().first?.isReady == true)
    }

    @Test func paymentsAreSettledWhileTheLeaseLasts() async throws {
        #expect(try await reader.settlementHolder() == nil)
        try await database.execute(
            """
            UPDATE confirmd_data.lane SET holder = gen_random_uuid(), host = 'here',
                held_until = now() + interval '1 hour', time_to_live = '1 hour'
            WHERE lane = 'settlement'
            """)
        #expect(try await reader.settlementHolder() == "here")
        try await database.execute("UPDATE confirmd_data.lane SET held_until = now() - interval '1 second'")
        #expect(try await reader.settlementHolder() == nil)
    }

    @Test func aCommandIsReadWithItsOutcome() async throws {
        let id = try await invoice()
        let text = try await database.value(
            "SELECT confirmd.mark_paid(:'id', 'paid in cash')", ["id": id.uuidString])
        let number = try #require(text.flatMap { Int64($0) })
        let waiting = try #require(try await reader.operatorCommand(number))
        #expect(waiting.kind == .markPaid && waiting.invoiceId == id && waiting.outcome == nil)
        #expect(try object(waiting.json)["reason"] as? String == "paid in cash")
        try await database.execute(
            "UPDATE confirmd_data.operator_command SET outcome = 'refused', detail = 'already_paid', decided_at = now()"
        )
        let decided = try #require(try await reader.operatorCommand(number))
        #expect(decided.outcome == .refused && decided.detail == "already_paid")
        #expect(try await reader.operatorCommand(number + 1) == nil)
    }

    @Test func theOutboxIsReadInOrderOneEventALine() async throws {
        try await database.execute(
            """
            INSERT INTO confirmd.outbox SELECT n, 1, gen_random_uuid(), 'invoice', 'x', 'deposit.credited',
                '{"amount": "1.25", "note": "a\\nb"}', n, 1, '2026-01-31T12:00:00Z', 'litecoin' FROM generate_series(1, 5) n
            """)
        let rows = try await reader.outbox(after: 2, limit: 2)
        #expect(rows.map(\.position) == [3, 4])
        #expect(!rows[0].json.contains("\n"))
        let event = try object(rows[0].json)
        #expect((event["payload"] as? [String: String])?["amount"] == "1.25")
        #expect(event["occurred_at"] as? String == "2026-01-31T12:00:00.000000Z")
        let columns = [
            "position", "incarnation", "id", "aggregatetype", "aggregateid", "type", "payload", "aggregate_version",
            "schema_version", "occurred_at", "network",
        ]
        #expect(Set(event.keys) == Set(columns))
    }

    @Test func refusalsAreShownWithTheirHint() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await connection.query("SELECT confirmd.create_invoice('nowhere', '1', '[]')")
        }
        let failure = try #require(error.flatMap { CommandFailure(presenting: $0) })
        #expect(failure.exitCode == 1)
        #expect(
            failure.description
                == "error: there is no project \"nowhere\" (CF001)\nMake it with: confirmd project set NAME")
    }

    @Test func aSchemaThatDoesNotFitSaysWhatToDo() async throws {
        try await database.execute("UPDATE confirmd_data.definitions SET release = \(Migrator.release + 1)")
        try await Migrator(connection).standing().requireFit()
        try await database.execute("UPDATE confirmd_data.definitions SET release = \(Migrator.release + 2)")
        let ahead = await #expect(throws: CommandFailure.self) {
            try await Migrator(connection).standing().requireFit()
        }
        #expect(ahead?.message == "the database's schema is of release 3; this version works with 1 and 2")
        #expect(ahead?.advice == "Upgrade confirmd on this host.")
        try await database.execute("DELETE FROM confirmd_data.migration")
        let behind = await #expect(throws: CommandFailure.self) {
            try await Migrator(connection).standing().requireFit()
        }
        #expect(behind?.advice == "Run: confirmd migrate")
        #expect(behind?.message.contains("0001-baseline") == true)
    }
}
