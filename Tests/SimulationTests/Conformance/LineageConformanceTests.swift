import Postgres
import TestSupport
import Testing

@testable import Simulation
@testable import Store

/// What recordings leave out: servers that are promoted, and operators who know of incarnations that a database does not.
@Suite("The lineage of the model is the database's")
struct LineageConformanceTests {
    private static let server: Int64 = 7

    @Test(
        "Both begin the same incarnations, and are refused by the same daemons", arguments: 1...8 as ClosedRange<UInt64>
    )
    func alike(seed: UInt64) async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let configuration = try PostgresConfiguration(url: database.url)
        _ = try await Migrator(PostgresConnection(configuration: configuration)).migrate { _ in }
        let connection = PostgresConnection(configuration: configuration)
        let model = ModelDatabase(loop: Loop())
        try await connection.executeScript(
            "UPDATE confirmd_data.outbox_counter SET system_identifier = \(Self.server), timeline = 1")
        try await serve(1, connection)
        var random = TestSupport.SplitMix64(seed: seed)
        let lineage = Lineage()
        var refusals = 0
        for turn in 0..<60 {
            switch random.next() % 4 {
            case 0:
                model.timeline += Int32(random.next() % 4)
                try await serve(model.timeline, connection)
            case 1:
                let above = random.next() % 2 == 0 ? nil : Int32(random.next() % 300) + 1
                model.newIncarnation(above: above)
                _ = try await connection.query("SELECT confirmd.new_outbox_incarnation('test', $1)", [.int4(above)])
            case 2:
                lineage.note(
                    Lineage.Place(
                        incarnation: model.counter.incarnation + Int32(random.next() % 2),
                        position: Int64(random.next() % 2), systemIdentifier: Self.server,
                        timeline: model.timeline + Int32(random.next() % 3) - 1))
            default:
                model.noticeLoss(lineage.seen)
                _ = try await connection.query("SELECT confirmd_data.incarnation($1)", [.jsonb(lineage.known)])
            }
            let isAdmitted = try await isAdmitted(lineage, connection)
            #expect(isAdmitted == !model.isBehind(lineage.seen), "turn \(turn)")
            refusals += isAdmitted ? 0 : 1
            let incarnations = try await connection.query(
                "SELECT incarnation, first_position FROM confirmd.outbox_incarnation ORDER BY incarnation", []
            ).map { row in try [row.decode("incarnation", as: Int64.self), row.decode("first_position")] }
            #expect(incarnations == model.incarnations.map { [Int64($0.number), $0.firstPosition] }, "turn \(turn)")
        }
        #expect(refusals > 0 && model.incarnations.contains { $0.number > 100 })
        await connection.close()
    }

    private func serve(_ timeline: Int32, _ connection: PostgresConnection) async throws {
        try await connection.executeScript(
            """
            CREATE OR REPLACE FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline int)
            LANGUAGE sql SECURITY DEFINER AS 'SELECT \(Self.server)::bigint, \(timeline)';
            """)
    }

    private func isAdmitted(_ lineage: Lineage, _ connection: PostgresConnection) async throws -> Bool {
        do throws(PostgresError) {
            _ = try await connection.query("SELECT * FROM confirmd_data.lineage($1)", [.jsonb(lineage.known)])
            return true
        } catch  where error.sqlState == "CF910" {
            return false
        }
    }
}
