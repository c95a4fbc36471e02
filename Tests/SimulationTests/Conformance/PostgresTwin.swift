import Chain
import Foundation
import Payments
import Postgres
import TestSupport

@testable import Simulation
@testable import Store

/// The real database, whose clock and ids are the suite's: each function and view is as it is in production, but that it asks
/// `public.clock_timestamp` and `public.next_id`.
struct PostgresTwin: Twin {
    private let connection: PostgresConnection
    private let lanes: [String: Store]
    private let assets: [String: Asset]
    private var clock: Int64 = 0

    /// - Parameter damage: Changes the text of the definitions, so that the suite is seen to notice.
    init(_ plan: Plan, damage: (String) -> String = { $0 }) async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        var configuration = try PostgresConfiguration(url: database.url)
        _ = try await Migrator(PostgresConnection(configuration: configuration)).migrate { _ in }
        configuration.searchPath = ["public", "pg_catalog"]
        let connection = PostgresConnection(configuration: configuration)
        try await connection.executeScript(Self.givenTime)
        let definitions = damage(Definitions.script)
            .replacing("clock_timestamp()", with: "public.clock_timestamp()")
            .replacing("gen_random_uuid()", with: "public.next_id()")
        try await connection.executeScript("BEGIN; \(definitions) COMMIT")
        for (name, terms) in plan.projects { try await connection.executeScript(terms.statement(for: name)) }
        var lanes = [Store.settlementLane: Store(connection, lane: Store.settlementLane)]
        var assets: [String: Asset] = [:]
        for network in plan.networks {
            let store = Store(connection, lane: network.name)
            _ = try await store.publish(network.publications[0], from: "test", introducing: true)
            lanes[network.name] = store
            for asset in network.publications[0].assets { assets[asset.code] = asset }
        }
        self.connection = connection
        self.lanes = lanes
        self.assets = assets
    }

    private static let givenTime = """
        CREATE TABLE public.given (time timestamptz, id uuid);
        INSERT INTO public.given VALUES (now(), NULL);
        CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT time FROM public.given';
        CREATE FUNCTION public.next_id() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT id FROM public.given';
        GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT SELECT ON public.given TO PUBLIC;
        """

    mutating func setClock(_ time: Int64) async throws {
        clock = time
        try await stand(at: time)
    }

    private func stand(at time: Int64) async throws {
        _ = try await connection.query(
            "UPDATE public.given SET time = to_timestamp(0) + $1 * interval '1 millisecond'", [.int8(time)])
    }

    private func setID(_ id: UUID) async throws {
        _ = try await connection.query("UPDATE public.given SET id = $1", [.uuid(id)])
    }

    func close() async { await connection.close() }

    func answer(_ request: ModelDatabase.Request) async throws -> AnyHashable {
        do {
            return try await carryOut(request)
        } catch let error as PostgresError where error.sqlState?.hasPrefix("CF") == true || error.constraint != nil {
            return "refused"
        }
    }

    private func carryOut(_ request: ModelDatabase.Request) async throws -> AnyHashable {
        switch request {
        case .acquire(let lane, let holder, let timeToLive):
            return try await lanes[lane]!.acquireLane(holder: holder, host: "test", timeToLive: timeToLive)
        case .renew(let lane, let holder, let epoch, let timeToLive):
            return try await lanes[lane]!.renewLane(holder: holder, epoch: epoch, timeToLive: timeToLive)
        case .release(let lane, let holder, let epoch):
            try await lanes[lane]!.releaseLane(holder: holder, epoch: epoch)
            return "released"
        case .publish(let publication, let lane, let introducing):
            return try await lanes[lane]!.publish(publication, from: "test", introducing: introducing)
        case .createInvoice(let id, let project, let order, let options, let expiresIn, let created):
            try await stand(at: created)
            try await setID(id)
            let isMade = try await isTaken(
                "SELECT confirmd.create_invoice($1, $2, $3, $4::interval)::text",
                [
                    .text(project), .text(order), .jsonb("[\(options.map(json).joined(separator: ","))]"),
                    .text("\(Int64(expiresIn / .milliseconds(1))) milliseconds"),
                ])
            try await stand(at: clock)
            return isMade
        case .createWallet(let id, let project, let customer, let asset, let address, let created):
            try await stand(at: created)
            try await setID(id)
            let isMade = try await isTaken(
                "SELECT confirmd.create_static_wallet($1, $2, $3, $4)::text",
                [.text(project), .text(customer), .text(asset), .text(address)])
            try await stand(at: clock)
            return isMade
        case .addOption(let option, let id):
            return try await isTaken(
                "SELECT confirmd.add_option($1, $2, $3, $4)::text",
                [.uuid(id), .text(option.asset), .text(option.address), .text(amount(option))])
        case .queue(.markPaid(let id)):
            return try await isTaken("SELECT confirmd.mark_paid($1, 'test')", [.uuid(id)])
        case .queue(.cancel(let id)):
            return try await isTaken("SELECT confirmd.cancel_invoice($1, 'test')", [.uuid(id)])
        case .queue(.resync(let network)):
            return try await isTaken("SELECT confirmd.resume_network($1, 'test', true)", [.text(network)])
        case .queue(.retire(let network)):
            return try await isTaken("SELECT confirmd.retire_network($1, 'test')", [.text(network)])
        case .queue(.newIncarnation(let above)):
            return try await isTaken("SELECT confirmd.new_outbox_incarnation('test', $1)", [.int4(above)])
        case .commit(let step, let lane): return Told.outcome(try await lanes[lane]!.commit(step))
        case .settle(let step): return Told.outcome(try await lanes[Store.settlementLane]!.commit(step))
        }
    }

    /// Whether a function takes its arguments; a refused one takes no number away from the next command.
    private func isTaken(_ sql: String, _ values: [PostgresValue]) async throws -> Bool {
        do {
            _ = try await connection.query(sql, values)
            return true
        } catch let error where error.sqlState?.hasPrefix("CF") == true {
            _ = try await connection.query(
                """
                SELECT setval('confirmd_data.operator_command_number_seq', count(*) + 1, false)
                FROM confirmd_data.operator_command
                """, [])
            return false
        }
    }

    private func amount(_ option: ModelDatabase.NewOption) -> String? {
        option.amount.map { $0.text(decimals: assets[option.asset]!.decimals) }
    }

    private func json(_ option: ModelDatabase.NewOption) -> String {
        let amount = amount(option).map { ",\"amount\":\"\($0)\"" } ?? ""
        return "{\"asset\":\"\(option.asset)\",\"address\":\"\(option.address)\"\(amount)}"
    }

    func network(_ name: String, _ ask: NetworkQuestions) async throws -> [String: AnyHashable] {
        let store = lanes[name]!
        let snapshot = try await store.snapshot()
        let since = try await store.headers(since: ask.now / 1_000 - 60)
        let watched = try await store.watchedKeys(after: 1, through: snapshot.watchNumber, into: Set<WatchKey>()) {
            $0.insert($1)
        }
        var told: [String: AnyHashable] = [
            "snapshot": snapshot, "is retired": try await store.isRetired(), "window": try await store.window(20),
            "lowest deposit": try await store.lowestDeposit(), "stored headers": try await store.storedHeaders(),
            "headers since": since.blocks,
            "headers are complete": since.isComplete,
            "outputs": try await store.owners(ofOutputs: ask.outputs),
            "unmined": Told.unmined(try await store.unmined()),
            "has unregistered": try await store.hasUnregisteredOptions(),
            "unregistered": Told.unregistered(try await store.unregisteredOptions(watched: false, limit: 100)),
            "registering": Told.unregistered(try await store.unregisteredOptions(watched: true, limit: 100)),
            "watched": watched, "siblings": Told.siblings(try await store.siblingKeys(after: [:])),
            "holders": try await store.holders(of: ask.keys).mapValues(Set.init),
            "unexpected": Told.unexpected(try await store.unexpectedDeposits(of: ask.owners)),
        ]
        for (place, query) in ask.queries(snapshot).enumerated() {
            told["dossiers \(place)"] = Told.dossiers(try await store.dossiers(query))
        }
        return told
    }

    func books() async throws -> [String: AnyHashable] {
        let store = lanes[Store.settlementLane]!
        let marks = try await store.watermarks()
        let incarnations = try await connection.query(
            "SELECT incarnation, first_position FROM confirmd.outbox_incarnation ORDER BY incarnation", [])
        return [
            "incarnations": try incarnations.map { row in
                try [Int64(row.decode("incarnation", as: Int32.self)), row.decode("first_position", as: Int64.self)]
            },
            "now": marks.now, "due": Set(try await store.dueInvoices(limit: 100)), "watermarks": marks.watermarks,
            "waiting": Told.waiting(try await store.waitingCommands(limit: 100)),
            "commands": try await texts(
                """
                SELECT CASE outcome WHEN 'applied' THEN '' ELSE detail END AS text FROM confirmd_data.operator_command
                ORDER BY number
                """),
            "options": Set(
                try await texts(
                    """
                    SELECT concat_ws(',', upper(invoice_id::text), ordinal, credited_base, coalesce(remaining_base::text, ''),
                        detected_base) AS text
                    FROM confirmd.invoice_option
                    """)),
            "deposits": Set(
                try await texts(
                    """
                    SELECT concat_ws(',', upper(id::text), status, coalesce(reason, ''), confirmations,
                        coalesce(fee_base::text, ''), coalesce(net_base::text, '')) AS text
                    FROM confirmd.deposit
                    """)),
            "balances": Dictionary(
                uniqueKeysWithValues: try await connection.query(
                    """
                    SELECT project, asset, credited::text, final::text, fees::text FROM confirmd_data.balance
                    """, []
                ).map { row in
                    (
                        "\(try row.decode("project", as: String.self)) \(try row.decode("asset", as: String.self))",
                        try ["credited", "final", "fees"].map { try row.decode($0, as: String.self) }
                    )
                }),
            "entries": Set(
                try await texts(
                    """
                    SELECT concat_ws(' ', upper(deposit_id::text), kind, credit_number, is_reversal::text, amount) AS text
                    FROM confirmd_data.ledger_entry
                    """
                ).map { $0 ?? "" }),
        ]
    }

    private func texts(_ sql: String) async throws -> [String?] {
        try await connection.query(sql, []).map { try $0.decode("text", as: String?.self) }
    }

    func outbox(after position: Int64) async throws -> [OutboxEvent] {
        try await connection.query(
            """
            SELECT position, incarnation, id, aggregatetype || ' ' || aggregateid AS aggregate, type, aggregate_version, network,
                   payload::text AS payload
            FROM confirmd.outbox WHERE position > $1 ORDER BY position
            """, [.int8(position)]
        ).map { row in
            OutboxEvent(
                position: try row.decode("position"), incarnation: try row.decode("incarnation"),
                id: try row.decode("id"), aggregate: try row.decode("aggregate"),
                type: try row.decode("type"), version: try row.decode("aggregate_version"),
                network: try row.decode("network"),
                payload: try OutboxEvent.sorted(try row.decode("payload")))
        }
    }
}

extension ProjectTerms {
    fileprivate func statement(for project: String) -> String {
        func payer(_ isClient: Bool) -> String { isClient ? "'client'" : "'merchant'" }
        return """
            INSERT INTO confirmd_data.project (project, service_fee_bps, service_fee_payer, transfer_fee_payer,
                underpay_tolerance_bps, overpay_tolerance_bps, auto_confirm_bps, late_policy)
            VALUES ('\(project)', \(serviceFee.value), \(payer(isServiceFeeByClient)), \(payer(isTransferFeeByClient)),
                \(underpayTolerance.value), \(overpayTolerance.value), \(autoConfirm.map { "\($0.value)" } ?? "NULL"),
                '\(latePolicy.rawValue)')
            """
    }
}
