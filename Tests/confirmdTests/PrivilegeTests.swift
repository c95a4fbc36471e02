import Foundation
import TestSupport
import Testing

/// What others may put into a database is never run by those who may do more.
@Suite("Privilege", .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct PrivilegeTests {
    /// A function or operator that notes who called it.
    private static func trap(
        _ name: String, _ parameters: [String], returns type: String, as expression: String
    ) -> String {
        """
        CREATE FUNCTION public.\(name)(\(parameters.joined(separator: ", "))) RETURNS \(type) LANGUAGE plpgsql AS $f$
        BEGIN
            INSERT INTO public.loot VALUES (session_user || ' ran \(name)');
            RETURN \(expression);
        END $f$;
        """
    }

    /// As many parameters as a dossier is made of: this fits better than pg_catalog's VARIADIC "any".
    private static let dossier =
        """
        uuid text text int int text text text text text text boolean bigint bigint text bigint bigint bigint boolean int int \
        int text text text text int jsonb
        """
        .split(separator: " ").flatMap { ["text", String($0)] }

    private static let traps = [
        trap("join_int", ["text", "int"], returns: "text", as: "pg_catalog.concat($1, $2)"),
        "CREATE OPERATOR public.|| (leftarg = text, rightarg = int, function = public.join_int);",
        trap("equal_code", ["varchar", "varchar"], returns: "boolean", as: "$1::text OPERATOR(pg_catalog.=) $2::text"),
        "CREATE OPERATOR public.= (leftarg = varchar, rightarg = varchar, function = public.equal_code);",
        trap("less", ["numeric", "int"], returns: "numeric", as: "0"),
        "CREATE OPERATOR public.- (leftarg = numeric, rightarg = int, function = public.less);",
        trap("jsonb_build_object", dossier, returns: "jsonb", as: "NULL"),
        trap("concat_ws", ["text", "text", "text"], returns: "text", as: "NULL"),
        trap("format", ["text", "text", "bigint"], returns: "text", as: "NULL"),
    ]

    @Test("Planted operators and functions of public are never called, by whoever reads, commands, migrates or follows")
    func planted() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, terms: "--service-fee", "1.9%")
        let database = shop.database
        try await database.execute(
            """
            GRANT CREATE ON SCHEMA public TO PUBLIC;
            CREATE ROLE mallory LOGIN IN ROLE confirmd_creator;
            CREATE ROLE auditor LOGIN IN ROLE confirmd_operator;
            CREATE ROLE service LOGIN IN ROLE confirmd_daemon;
            CREATE TABLE public.loot (what text);
            GRANT ALL ON public.loot TO PUBLIC;
            """)
        try await database.execute(Self.traps.joined(separator: "\n"), user: "mallory")
        // It is a trap: who looks there is caught.
        try await database.execute("SELECT 'a'::text || 1")
        func caught() async throws -> [[String?]] {
            try await database.rows("DELETE FROM public.loot RETURNING what")
        }
        #expect(try await caught() == [["postgres ran join_int"]])

        let service = try Installation(database: database.url(user: "service"), networks: [shop.network])
        let daemon = try service.start()
        try await daemon.ready()
        let addresses = try await node.foreignAddresses(2)
        try await shop.invoice("1", of: "1", at: addresses[0])
        try await shop.isRegistered("1")
        try await shop.invoice("2", of: "1", at: addresses[1])
        try await shop.isRegistered("2")
        try await node.send("1", to: addresses[0])
        try await node.send("0.5", to: addresses[1])
        try await node.mine(2)
        try await shop.reaches("paid", "1")
        try await shop.reaches("partial", "2")
        let fees = try await shop.database.rows("SELECT gross, fee FROM confirmd.deposit ORDER BY gross")
        #expect(fees == [["0.5", "0.0095"], ["1", "0.019"]])
        let invoice = try await database.value("SELECT id FROM confirmd.invoice WHERE order_id = '2'") ?? ""
        try await shop.installation.succeed("invoice", "mark-paid", invoice, "--reason", "cash")
        #expect(try await caught() == [])

        let views = try await database.rows(
            """
            SELECT oid::regclass::text FROM pg_class
            WHERE relnamespace = 'confirmd'::regnamespace AND relkind IN ('r', 'p', 'v')
            """)
        for user in ["auditor", "postgres"] {
            for view in views.compactMap({ $0[0] }) {
                _ = try await database.rows("SELECT * FROM \(view)", user: user)
            }
            try await database.execute("SELECT confirmd.set_project('other', 100)", user: "auditor")
        }
        for command in [
            ["balance"], ["status"], ["invoice", "show", invoice], ["outbox", "read"], ["policy", "show"],
        ] {
            _ = try await Executable.run(command + ["--config", shop.installation.configuration])
        }
        let migrated = try await shop.installation.run("migrate")
        #expect(migrated.status == 0)
        #expect(migrated.stderr.hasPrefix("warning: every role may create functions and operators in schema public"))
        #expect(migrated.stderr.contains("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        // Another program's definitions than those that are in force: they are applied again, under the same eyes.
        try await database.execute("UPDATE confirmd_data.definitions SET checksum = ''")
        try await shop.installation.succeed("migrate")
        try await shop.terminate(daemon)
        #expect(try await caught() == [])
    }

    @Test("Who may create in public is told by migrate and config check, until that is revoked")
    func warning() async throws {
        let desk = try await Desk()
        let quiet = try await desk.installation.run("migrate", "--check")
        #expect(quiet.status == 0 && quiet.stderr.isEmpty)
        try await desk.database.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        #expect(try await desk.installation.run("migrate", "--check").stderr.contains("REVOKE CREATE ON SCHEMA public"))
        let checked = try await desk.installation.run("config", "check")
        #expect(checked.stdout.contains("warning: every role may create functions and operators in schema public"))
        try await desk.database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        #expect(try await desk.installation.run("migrate", "--check").stderr.isEmpty)
        try await desk.database.execute("DROP SCHEMA public")
        #expect(try await desk.installation.run("migrate", "--check").status == 0)
    }

    @Test("A creator's session that reads backslashes as of old is served like any other")
    func oldStrings() async throws {
        let desk = try await Desk()
        try await desk.installation.succeed("project", "set", "shop")
        for (order, address) in ["mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "sssss", "s.s"].enumerated() {
            try await desk.database.execute(
                """
                SET standard_conforming_strings = off;
                SET escape_string_warning = off;
                SELECT confirmd.create_invoice(
                    'shop', 'order-\(order)', '[{"asset": "LTC", "address": "\(address)", "amount": "1.25"}]');
                """)
        }
        let dues = try await desk.database.rows("SELECT DISTINCT due FROM confirmd.invoice_option")
        #expect(dues == [["1.25"]])
    }
}
