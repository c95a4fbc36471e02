import Foundation
import Store
import TestSupport
import Testing

@Suite("The schema as one file")
struct SchemaFileTests {
    private let path = Package.file("Sources/Store/schema.sql")

    /// What pg_dump says of a database, without its remarks, and what differs from run to run and from version to
    /// version.
    private func dump(_ database: TestDatabase) async throws -> String {
        let binaries = try await PrivatePostgres.shared.binaries
        // From 18 on NOT NULL has names, which partitions copy from their parent.
        let text = try await Command.succeed(["\(binaries)/pg_dump", "--schema-only", database.url])
            .replacing(/CONSTRAINT [a-z0-9_]+_not_null NOT NULL/, with: "NOT NULL")
        let dropped = ["--", #"\restrict"#, #"\unrestrict"#, "SET transaction_timeout"]
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { line in !dropped.contains { line.hasPrefix($0) } }
            .reduce(into: "") { text, line in
                // What was dropped leaves empty lines behind.
                if !(line.isEmpty && (text.isEmpty || text.hasSuffix("\n\n"))) { text += line + "\n" }
            }
    }

    @Test("It makes what the migrations make; deploy/schema writes it anew")
    func same() async throws {
        let migrated = try await dump(MigratedDatabase().database)
        if ProcessInfo.processInfo.environment["CONFIRMD_WRITE_SCHEMA"] != nil {
            try migrated.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let file = try String(contentsOfFile: path, encoding: .utf8)
        let loaded = try await PrivatePostgres.shared.createDatabase()
        try await loaded.execute(file)
        #expect(try await dump(loaded) == migrated)
    }
}
