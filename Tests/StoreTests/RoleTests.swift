import Postgres
import Store
import TestSupport
import Testing

@Suite("Who may do what")
struct RoleTests {
    private static let roles = ["confirmd_reader", "confirmd_creator", "confirmd_operator", "confirmd_daemon"]

    /// What each role may call in schema confirmd.
    private static let callable: [String: Set<String>] = [
        "confirmd_reader": ["acknowledge"],
        "confirmd_creator": ["acknowledge", "create_invoice", "add_option", "create_static_wallet"],
        "confirmd_operator": [
            "acknowledge", "set_project", "mark_paid", "cancel_invoice", "retire_network", "resume_network",
            "new_outbox_incarnation", "remove_consumer",
        ],
        "confirmd_daemon": ["acknowledge", "commit_step"],
    ]

    private func column(_ query: String, of migrated: MigratedDatabase) async throws -> Set<String> {
        Set(try await migrated.database.rows(query).compactMap { $0[0] })
    }

    @Test("A role may call its functions and no other")
    func functions() async throws {
        let migrated = try await MigratedDatabase()
        let existing = try await column(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'confirmd'::regnamespace", of: migrated)
        #expect(existing.subtracting(Self.callable.values.reduce([]) { $0.union($1) }) == [], "functions of nobody")
        for role in Self.roles + ["public"] {
            let seen = try await column(
                """
                SELECT proname FROM pg_proc WHERE pronamespace = 'confirmd'::regnamespace
                AND has_function_privilege('\(role)', oid, 'EXECUTE')
                """, of: migrated)
            #expect(seen == existing.intersection(Self.callable[role] ?? []), "\(role)")
        }
        for role in ["confirmd_reader", "confirmd_creator", "confirmd_operator"] {
            let inner = try await column(
                """
                SELECT proname FROM pg_proc WHERE pronamespace = 'confirmd_data'::regnamespace
                AND has_function_privilege('\(role)', oid, 'EXECUTE')
                """, of: migrated)
            // What views are made with.
            #expect(inner == ["observed_through", "whole"], "\(role)")
        }
    }

    @Test("Nobody but the owner may write a table, and only the daemon reads those of confirmd_data")
    func tables() async throws {
        let migrated = try await MigratedDatabase()
        let tables = """
            SELECT format('%s %s', p.privilege, c.oid::regclass) FROM pg_class c,
            unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (privilege)
            WHERE relkind IN ('r', 'p', 'v') AND relnamespace::regnamespace::text
            """
        for role in Self.roles + ["public"] {
            let may = "AND has_table_privilege('\(role)', c.oid, p.privilege)"
            let outer = try await column("\(tables) = 'confirmd' \(may)", of: migrated)
            let inner = try await column("\(tables) = 'confirmd_data' \(may)", of: migrated)
            #expect(outer.isEmpty == (role == "public"))
            #expect(outer.allSatisfy { $0.hasPrefix("SELECT ") }, "\(role)")
            #expect(inner.isEmpty == (role != "confirmd_daemon"), "\(role)")
            #expect(inner.allSatisfy { $0.hasPrefix("SELECT ") }, "\(role)")
        }
    }

    /// A name in its text means what it meant when it was defined, or what pg_catalog has for it: never what a caller's search
    /// path, or somebody who may create in it, makes of it.
    @Test("No function's meaning hangs on its caller's settings")
    func settings() async throws {
        let migrated = try await MigratedDatabase()
        let functions = "FROM pg_proc p WHERE pronamespace::regnamespace::text LIKE 'confirmd%'"
        #expect(try await column("SELECT count(*) \(functions)", of: migrated) != ["0"])
        let loose = try await column(
            """
            SELECT oid::regprocedure::text \(functions)
            AND prosqlbody IS NULL AND 'search_path=pg_catalog, pg_temp' = ANY (proconfig) IS NOT TRUE
            """, of: migrated)
        #expect(loose == [])
        // With standard_conforming_strings off it would be something else.
        let escaping = try await column(
            "SELECT oid::regprocedure::text \(functions) AND prosqlbody IS NULL AND strpos(prosrc, chr(92)) > 0",
            of: migrated)
        #expect(escaping == [])
        // What is bound at its definition is bound to pg_catalog and ours.
        let strangers = try await column(
            """
            SELECT p.oid::regprocedure::text || ' uses ' || pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
            FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
            LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
            LEFT JOIN pg_proc f ON d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid
            WHERE p.pronamespace::regnamespace::text LIKE 'confirmd%'
            AND coalesce(o.oprnamespace, f.pronamespace)::regnamespace::text NOT LIKE 'confirmd%'
            """, of: migrated)
        #expect(strangers == [])
    }

    @Test("Everything belongs to the owner, who can't log in; what runs as the owner has its search path pinned")
    func ownership() async throws {
        let migrated = try await MigratedDatabase()
        let strangers = try await column(
            """
            SELECT o.thing FROM (
                SELECT nspname AS thing, nspowner AS owner FROM pg_namespace WHERE nspname LIKE 'confirmd%'
                UNION ALL SELECT oid::regclass::text, relowner FROM pg_class
                    WHERE relnamespace::regnamespace::text LIKE 'confirmd%'
                UNION ALL SELECT oid::regprocedure::text, proowner FROM pg_proc
                    WHERE pronamespace::regnamespace::text LIKE 'confirmd%'
                UNION ALL SELECT pubname, pubowner FROM pg_publication) o
            WHERE owner <> 'confirmd_owner'::regrole
            """, of: migrated)
        #expect(strangers == [])
        let unpinned = try await column(
            """
            SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace::regnamespace::text LIKE 'confirmd%'
            AND prosecdef AND 'search_path=pg_catalog, pg_temp' = ANY (proconfig) IS NOT TRUE
            """, of: migrated)
        #expect(unpinned == [])
        #expect(
            try await column(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'confirmd%' AND rolcanlogin", of: migrated)
                == Set(Self.roles))
    }

    @Test(
        "Tried as that role, what it may not do is refused",
        arguments: [
            ("confirmd_reader", "SELECT confirmd.create_invoice('shop', '1', '[]')"),
            ("confirmd_reader", "SELECT confirmd.set_project('mine')"),
            ("confirmd_reader", "SELECT * FROM confirmd_data.deposit"),
            ("confirmd_reader", "DELETE FROM confirmd.outbox"),
            ("confirmd_reader", "UPDATE confirmd.outbox_incarnation SET reason = ''"),
            ("confirmd_reader", "INSERT INTO confirmd.outbox_incarnation VALUES (2, 1, now(), 'x')"),
            ("confirmd_creator", "SELECT confirmd.set_project('mine')"),
            ("confirmd_reader", "SELECT confirmd.remove_consumer('books', 'mine')"),
            ("confirmd_creator", "SELECT * FROM confirmd_data.invoice"),
            ("confirmd_creator", "SELECT confirmd_data.begin_incarnation('x')"),
            ("confirmd_operator", "SELECT confirmd.create_static_wallet('shop', 'c', 'LTC', 'a')"),
            ("confirmd_operator", "SELECT confirmd_data.trim_outbox('0')"),
            ("confirmd_operator", "UPDATE confirmd_data.balance SET credited = 1"),
            ("confirmd_daemon", "SELECT confirmd.set_project('mine')"),
            ("confirmd_daemon", "UPDATE confirmd_data.balance SET credited = 1"),
            ("confirmd_daemon", "INSERT INTO confirmd_data.ledger_entry DEFAULT VALUES"),
            ("confirmd_daemon", "CREATE TABLE confirmd_data.mine ()"),
            ("confirmd_daemon", "SET ROLE confirmd_owner"),
            ("stranger", "SELECT * FROM confirmd.outbox"),
            ("stranger", "SELECT confirmd.acknowledge('c', 1, 0)"),
        ])
    func refused(role: String, sql: String) async throws {
        let migrated = try await MigratedDatabase()
        #expect(await migrated.refusal(of: sql, as: role) == "42501")
    }

    @Test("Tried as that role, what it may do works")
    func allowed() async throws {
        let database = try await MigratedDatabase().database
        try await database.execute("SELECT confirmd.set_project('mine', 100)", user: "confirmd_operator")
        try await database.execute(
            "SELECT confirmd.create_invoice('mine', '1', '[{\"asset\":\"LTC\",\"address\":\"a\",\"amount\":\"1\"}]')",
            user: "confirmd_creator")
        try await database.execute(
            "SELECT confirmd.create_static_wallet('mine', 'anna', 'LTC', 'b')", user: "confirmd_creator")
        let views = try await database.rows(
            "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'confirmd'::regnamespace AND relkind IN ('r', 'p', 'v')"
        )
        for view in views.compactMap({ $0[0] }) {
            _ = try await database.rows("SELECT * FROM \(view)", user: "confirmd_reader")
        }
        #expect(
            try await database.value("SELECT due FROM confirmd.invoice_option", user: "confirmd_reader") == "1")
    }

    @Test("A role that is not a superuser migrates, if it may make roles, else hears what is missing")
    func migrating() async throws {
        // A server of its own: on the shared one the roles are there already.
        let server = try await PrivatePostgres()
        try await server.administration.execute("CREATE ROLE maker LOGIN CREATEROLE; CREATE ROLE other LOGIN")
        func migrate(as user: String, _ database: TestDatabase? = nil) async throws -> Migrator.Standing {
            let database = if let database { database } else { try await server.createDatabase() }
            try await database.execute("ALTER DATABASE \(database.name) OWNER TO \(user)")
            let url = database.url(user: user)
            return try await Migrator(
                PostgresConnection(configuration: try PostgresConfiguration(url: url))
            ).migrate { _ in }
        }
        await #expect { _ = try await migrate(as: "other") } throws: {
            ($0 as? PostgresError)?.sqlState == "42501" && "\($0)".contains("may not make or grant the roles")
        }
        let first = try await server.createDatabase()
        async let one = migrate(as: "maker", first)
        async let two = migrate(as: "maker")
        async let three = migrate(as: "postgres")
        #expect(try await [one, two, three] == [.current, .current, .current])
        await #expect { _ = try await migrate(as: "other") } throws: { ($0 as? PostgresError)?.sqlState == "42501" }
        for role in Self.roles {
            #expect(try await first.value("SHOW lock_timeout", user: role) == "5s")
            #expect(try await first.value("SHOW idle_in_transaction_session_timeout", user: role) != "0")
        }
    }
}
