import Foundation
import Payments
import Store
import TestSupport
import Testing

@Suite("JSON Schemas of the events")
struct EventSchemaTests {
    /// The payloads of a database in which everything happened that this version tells of.
    private func events() async throws -> [String] {
        let migrated = try await MigratedDatabase()
        let database = migrated.database
        let create = """
            SELECT confirmd.create_invoice('shop', 'order 1',
                '[{"asset":"LTC","address":"one","amount":"1"},{"asset":"LTC","address":"other","amount":"1"}]');
            SELECT confirmd.create_invoice('shop', 'order 2', '[{"asset":"LTC","address":"two"}]');
            SELECT confirmd.create_invoice('shop', 'order 3', '[{"asset":"LTC","address":"three","amount":"0.5"}]');
            SELECT confirmd.create_invoice('shop', 'order 4', '[{"asset":"LTC","address":"bad1","amount":"1"}]');
            SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'wallet');
            SELECT confirmd.create_static_wallet('shop', 'bert', 'LTC', 'bad2');
            """
        try await database.execute(create, user: "confirmd_creator")
        var lane = try await NetworkLane(migrated, credit: 2)
        try await lane.block()
        try await lane.register()
        try await lane.block(["one": 40_000_000, "two": 1, "wallet": 9_999, "wallet": 123_456_789])
        try await lane.block(["one": 90_000_000])
        for _ in 1...3 { try await lane.block() }
        try await lane.block(["two": 5])
        try await lane.block(["two": 6])
        try await lane.sight(1, "two", 7)
        try await lane.lose(1, "two", .replaced)
        try await lane.disconnect(to: 6)
        try await lane.tell(.halted, "a block holds what nobody knows")
        try await lane.tell(.halted, "a block holds what nobody knows")
        try await lane.tell(.following)
        try await cancel("order 3", migrated)
        return try await database.rows(
            "SELECT json_build_object('type', type, 'payload', payload)::text FROM confirmd.outbox ORDER BY position"
        ).compactMap { $0[0] }
    }

    /// Carries out an operator's cancel, as the settlement lane does.
    private func cancel(_ order: String, _ migrated: MigratedDatabase) async throws {
        _ = try await migrated.database.value(
            "SELECT confirmd.cancel_invoice(id, 'test') FROM confirmd.invoice WHERE order_id = :'order'",
            ["order": order], user: "confirmd_operator")
        let store = Store(migrated.connection, lane: Store.settlementLane)
        _ = try await store.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(60))
        let waiting = try #require(try await store.waitingCommands(limit: 1).first)
        guard case .invoice(let id, let command) = waiting.subject else { throw TestFailure("no invoice's command") }
        let dossier = try #require(try await store.dossiers(DossierQuery(owners: [id])).first)
        var step = SettlementStep(base: try await store.snapshot())
        let (now, watermarks) = try await store.watermarks()
        let decision = settle(dossier, SettlementFacts(watermarks: watermarks, now: now, command: command))
        step.watermarks = watermarks
        step.changes = [decision.changes]
        step.command = waiting.number
        step.refusal = decision.refusal
        guard case .committed = try await store.commit(step) else { throw TestFailure("the cancel was not committed") }
    }

    @Test(
        "Every payload that is written is valid, and nothing else is",
        .enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
    func payloads() async throws {
        let events = try await events()
        let written = Set(events.compactMap { $0.firstMatch(of: /"type" : "([a-z_.]+)"/).map { String($0.1) } })
        let output = try await Command.succeed(
            Python.command("Tests/Python/check_events.py", Package.file("schemas")),
            input: events.joined(separator: "\n"))
        let schemas = try FileManager.default.contentsOfDirectory(atPath: Package.file("schemas"))
            .map { $0.replacing(".json", with: "") }.filter { $0 != "common" }
        #expect(output.split(separator: "\n").map(String.init) == schemas.sorted())
        #expect(written == Set(schemas))
    }
}
