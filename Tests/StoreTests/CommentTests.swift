import TestSupport
import Testing

@testable import Store

@Suite("What the schema says of itself")
struct CommentTests {
    @Test("Every table, view, column and function of the contract has a comment")
    func complete() async throws {
        let silent = try await MigratedDatabase().database.rows(
            """
            SELECT c.oid::regclass || coalesce('.' || a.attname, '') FROM pg_class c
            JOIN (SELECT attrelid, attnum, attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped
                  UNION ALL SELECT oid, 0, NULL FROM pg_class) a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'confirmd'::regnamespace AND c.relkind IN ('r', 'p', 'v')
              AND col_description(c.oid, a.attnum) IS NULL AND (a.attnum > 0 OR obj_description(c.oid) IS NULL)
            UNION ALL
            SELECT oid::regprocedure::text FROM pg_proc
            WHERE pronamespace = 'confirmd'::regnamespace AND obj_description(oid) IS NULL
            """)
        #expect(silent == [])
    }

    @Test("Every SQLSTATE that a migration raises is explained")
    func errors() async throws {
        let said = try await MigratedDatabase().database.value(
            "SELECT obj_description('confirmd'::regnamespace)")
        let explained = Set(try #require(said).matches(of: /CF\d{3}/).map { String($0.0) })
        let scripts = Migration.all.map(\.sql) + [Definitions.script]
        let raised = Set(scripts.flatMap { $0.matches(of: /'(CF\d{3})'/).map { String($0.1) } })
        #expect(!raised.isEmpty)
        #expect(raised.subtracting(explained) == [])
        #expect(explained.subtracting(raised) == [])
    }
}
