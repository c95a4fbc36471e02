public import Postgres

/// Brings a database's schema to the version of this program, and tells where it is.
public struct Migrator: Sendable {
    public enum Standing: Hashable, Sendable {
        /// Everything is applied.
        case current
        /// These are still to be applied, by name: migrations, and functions and views that are no longer as they were.
        case behind([String])
        /// A newer program made it the schema of this release. That of the next one is fine for running.
        case ahead(Int32)
        /// An applied migration is not the one that this program, of the same release, has under that number.
        case changed(String)
    }

    /// The release of the schema that this program has.
    public static var release: Int32 { Definitions.release }

    private let connection: PostgresConnection
    private let patience: LockPatience

    /// - Parameter patience: Says who holds what a migration waits for.
    public init(_ connection: PostgresConnection, patience: LockPatience = LockPatience()) {
        self.connection = connection
        self.patience = patience
    }

    /// Where the database stands.
    public func standing() async throws(PostgresError) -> Standing {
        let exists = try await connection.query("SELECT to_regclass('confirmd_data.migration') IS NOT NULL AS here", [])
        guard try exists.only.decode("here", as: Bool.self) else { return Self.behind(Migration.all) }
        let applied = try await connection.query(
            "SELECT number, name, checksum FROM confirmd_data.migration ORDER BY number", [])
        var checksums: [Int32: [UInt8]] = [:]
        for row in applied {
            checksums[try row.decode("number", as: Int32.self)] = try row.decode("checksum", as: [UInt8].self)
        }
        for migration in Migration.all {
            if let checksum = checksums[migration.number], checksum != migration.checksum {
                return .changed(migration.name)
            }
        }
        let missing = Migration.all.filter { checksums[$0.number] == nil }
        if !missing.isEmpty { return Self.behind(missing) }
        let definitions = try await connection.query("SELECT checksum, release FROM confirmd_data.definitions", [])
            .first
        if let release = try definitions?.decode("release", as: Int32.self), release > Self.release {
            return .ahead(release)
        }
        if checksums.count > Migration.all.count { return .changed(try applied[applied.count - 1].decode("name")) }
        let checksum = try definitions?.decode("checksum", as: [UInt8].self)
        return checksum == Definitions.checksum ? .current : Self.behind([])
    }

    /// Whoever lacks migrations lacks the functions and views that go with them.
    private static func behind(_ missing: [Migration]) -> Standing {
        .behind(missing.map(\.name) + [Definitions.name])
    }

    /// Whether every role of the database may create in its schema public, as was usual before PostgreSQL 15 and stays so
    /// in a server upgraded from there.
    public func isPublicSchemaOpen() async throws(PostgresError) -> Bool {
        try await connection.query(
            """
            SELECT EXISTS (
                SELECT FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE') AS open
            """, []
        ).only.decode("open")
    }

    /// Applies what is missing in one transaction, one program at a time, and says each name. A daemon at work finds either
    /// what was or all of what is, and a migration that fails leaves nothing behind.
    public func migrate(_ applied: (String) -> Void) async throws -> Standing {
        while true {
            // What it reads another program may be making.
            let standing = try await patience.whileLocked { try await self.standing() }
            guard case .behind(let names) = standing else { return standing }
            for name in try await patience.whileLocked({ try await apply(names) }) { applied(name) }
        }
    }

    /// Applies what is missing; returns what that was, which is nothing where another program came first.
    private func apply(_ names: [String]) async throws -> [String] {
        let missing = Migration.all.filter { names.contains($0.name) }
        return try await connection.transaction { transaction in
            try transaction.executeScript(Self.settings)
            if missing.first?.number == 1 { try transaction.executeScript(Migration.ground) }
            // Ours alone until the end, and no hindrance to those who read it. Nobody else may lock it so.
            try transaction.executeScript("LOCK TABLE confirmd_data.migration IN SHARE UPDATE EXCLUSIVE MODE")
            let isThere =
                if let first = missing.first {
                    try transaction.query(
                        "SELECT FROM confirmd_data.migration WHERE number = $1", [.int4(first.number)])
                } else {
                    try transaction.query(
                        "SELECT FROM confirmd_data.definitions WHERE checksum = $1", [.bytea(Definitions.checksum)])
                }
            guard isThere.isEmpty else { return [] }
            try transaction.executeScript(missing.map(\.script).joined() + Definitions.script)
            return names
        }
    }

    /// What a name means is settled here: some bodies are bound to what it is taken for now, and a pooler may have kept back
    /// what the session asked for. Whoever waits for a lock here has others wait behind him: briefly, and again later.
    private static let settings = """
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL standard_conforming_strings = on;
        SET LOCAL lock_timeout = '1s';
        """
}
