import TestSupport
import Testing

/// Each way in which a function says no, tried. A new one without a trial here fails the test.
@Suite("Every refusal of a function")
struct RefusalTests {
    private static let nobody = "'00000000-0000-4000-8000-000000000000'"
    private static let option = #"{"asset":"LTC","address":"a","amount":"1"}"#
    private static let create = "SELECT confirmd.create_invoice('shop', '1', '[\(option)]') AS id \\gset\n"

    private static func creation(_ arguments: String) -> String { "SELECT confirmd.create_invoice(\(arguments))" }

    private static func publication(_ network: String, chain: String = "regtest", decimals: Int = 8) -> String {
        """
        SELECT confirmd_data.publish_network('\(network)', 'bitcoin', '\(chain)', '1 hour', '1 minute', '{}', 'test', true,
            '{LTC}', '{NULL}', '{\(decimals)}', '{10000}', '{0}')
        """
    }

    private static let consumers = [
        "SELECT confirmd.acknowledge('', 1, 0)",
        "SELECT confirmd.acknowledge('c', NULL, 0)",
        "SELECT confirmd.acknowledge('c' || n, 1, 0) FROM generate_series(1, 101) n",
        "SELECT confirmd.acknowledge('c', 1, 0); SET SESSION AUTHORIZATION mailing; SELECT confirmd.acknowledge('c', 1, 0)",
        "SELECT confirmd_data.begin_incarnation('x'); SELECT confirmd.acknowledge('c', 1, 0)",
        "SELECT confirmd.acknowledge('c', 2, 0)",
        "SELECT confirmd.acknowledge('c', 1, 5)",
        """
        UPDATE confirmd_data.outbox_counter SET position = 5;
        SELECT confirmd.acknowledge('c', 1, 3); SELECT confirmd.acknowledge('c', 1, 2)
        """,
        "SELECT confirmd.remove_consumer('nobody', 'gone')",
        "DELETE FROM confirmd_data.ledger_entry",
        "SELECT confirmd_data.lineage('{\"incarnation\": 2, \"position\": 0}')",
    ]

    private static let creators = [
        creation("'nobody', '1', '[\(option)]'"),
        creation("'shop', '1', '[\(option)]', '0'"),
        creation("'shop', '1', '[\(option)]', '1 day', '[]'"),
        creation("'shop', '1', '[]'"),
        creation("'shop', '1', '[1]'"),
        create + creation("'shop', '1', '[\(option)]', '2 hours'"),
        creation("'shop', '1', '[\(option.replacing("LTC", with: "XYZ"))]'"),
        creation("'shop', '1', '[\(option.replacing("\"a\"", with: "\"a b\""))]'"),
        "UPDATE confirmd_data.network SET state = 'retired'; \(creation("'shop', '1', '[\(option)]'"))",
        creation("'shop', '1', '[\(option), \(option)]'"),
        creation(#"'shop', '1', '[{"asset":"LTC","address":"b"}, \#(option)]'"#),
        creation("'shop', '1', '[\(option.replacing("\"1\"", with: "\"0.00001\""))]'"),
        "UPDATE confirmd_data.asset SET transfer_fee = 100000000; \(creation("'shop', '1', '[\(option)]'"))",
        creation("'shop', '1', '[\(option.replacing("\"1\"", with: "\"1e3\""))]'"),
        creation("'shop', '1', '[\(option.replacing("\"1\"", with: "\"1.123456789\""))]'"),
        creation(
            "'shop', '1', '[\(option.replacing("\"1\"", with: "\"1" + String(repeating: "0", count: 60) + "\""))]'"),
        "SELECT confirmd.add_option(\(nobody), 'LTC', 'b', '1')",
        create + "UPDATE confirmd_data.invoice SET refused = true; SELECT confirmd.add_option(:'id', 'LTC', 'b', '1')",
        create + "UPDATE confirmd_data.invoice SET status = 'paid'; SELECT confirmd.add_option(:'id', 'LTC', 'b', '1')",
        create + "SELECT confirmd.add_option(:'id', 'LTC', 'b' || n, '1') FROM generate_series(1, 50) n",
        """
        SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a');
        SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'b')
        """,
    ]

    private static let operators = [
        create + "SELECT confirmd.mark_paid(:'id', 'x'); SELECT confirmd.mark_paid(:'id', 'x')",
        "SELECT confirmd.resume_network('nowhere', 'x')",
        "UPDATE confirmd_data.network SET state = 'retired'; SELECT confirmd.resume_network('litecoin', 'x')",
        "SELECT confirmd.retire_network('nowhere', 'x')",
        "SELECT confirmd.new_outbox_incarnation('x', -1)",
        "SELECT confirmd.set_project('shop', service_fee_bps_for => '[1]')",
        "SELECT confirmd.set_project('shop', service_fee_bps_for => '{\"LTC\": null}')",
        "SELECT confirmd.set_project('shop', late_policy => 'never')",
        publication("settlement"), publication("other"), publication("litecoin", chain: "main"),
        publication("litecoin", decimals: 9),
    ]

    /// What a step says otherwise than one that fits, and what was done before it.
    private static let steps: [(before: String, step: [String: String])] = [
        ("", ["p_base": #"{"epoch":7}"#]),
        ("", ["p_base": #"{"step":7}"#]),
        ("", ["p_base": #"{"tip":"\#(String(repeating: "07", count: 32))"}"#]),
        ("", ["p_base": #"{"watch_number":7}"#]),
        ("", ["p_base": #"{"policy_number":7}"#]),
        ("", ["p_base": #"{"anchor_height":7,"anchor_hash":"07"}"#]),
        ("", ["p_cursor": #"{"disconnect_height":7}"#]),
        ("UPDATE confirmd_data.network SET floor_height = 8", ["p_cursor": #"{"disconnect_height":7}"#]),
        ("UPDATE confirmd_data.network SET state = 'retired'", [:]),
        (
            "",
            [
                "p_lane": "'settlement'",
                "p_base": #"{"network":null,"watermarks":{"litecoin":{"observed":1}}}"#,
            ]
        ),
        ("", ["p_owner": "ARRAY[\(nobody)]", "p_owner_change": #"ARRAY['{"expected":0}']"#]),
        ("", ["p_options": #"{"watches":[{"owner":\#(quoted),"ordinal":0,"key":"07"}]}"#]),
        ("", ["p_options": #"{"registrations":[{"owner":\#(quoted),"ordinal":0,"refused":"x"}]}"#]),
        ("", ["p_deposit": "ARRAY[\(nobody)]", "p_deposit_asset": "'{LTC}'"]),
        ("", ["p_command": #"{"number":7}"#]),
    ]

    private static let quoted = nobody.replacing("'", with: "\"")

    /// Scripts that end with the call of `commit_step`: nothing to write, but for what is said otherwise.
    private func steps(in database: TestDatabase) async throws -> [String] {
        let parameters = try await database.rows(
            """
            SELECT a.name, a.type::regtype FROM pg_proc p, unnest(p.proargnames, p.proargtypes::oid[]) AS a (name, type)
            WHERE p.proname = 'commit_step' AND a.type IS NOT NULL
            """)
        let fitting = [
            "p_lane": "'litecoin'",
            "p_base": #"{"network":"litecoin","epoch":0,"step":0,"watch_number":0,"policy_number":0}"#,
            "p_cursor": #"{"keep_headers":10,"state":"following"}"#,
        ]
        return Self.steps.map { before, step in
            let arguments = parameters.map { parameter in
                let (name, type) = (parameter[0]!, parameter[1]!)
                let objects = [fitting[name], step[name]].compactMap(\.self).map { "'\($0)'::jsonb" }
                let value =
                    type == "jsonb" && !objects.isEmpty
                    ? objects.joined(separator: " || ")
                    : step[name] ?? fitting[name] ?? (type.hasSuffix("[]") ? "'{}'" : "NULL")
                return "\(name) => (\(value))::\(type)"
            }
            return "\(before); SELECT confirmd.commit_step(\(arguments.joined(separator: ", ")))"
        }
    }

    @Test("Each comes with its code and its words, from its place", .timeLimit(.minutes(5)))
    func everyOne() async throws {
        let database = try await MigratedDatabase().database
        try await database.execute("UPDATE confirmd_data.lane SET epoch = 0")
        var untried = Set(try Refusal.all())
        #expect(untried.count > 50)
        for script in try await Self.consumers + Self.creators + Self.operators + steps(in: database) {
            do {
                try await database.execute("BEGIN;\n\(script);")
                Issue.record("not refused: \(script)")
            } catch let failure as TestDatabase.Failure {
                let explained = untried.filter { $0.explains(failure) }
                if explained.isEmpty, try !Refusal.all().contains(where: { $0.explains(failure) }) {
                    Issue.record("\(script): \(failure)")
                }
                untried.subtract(explained)
            }
        }
        #expect(untried.map(\.description).sorted() == [])
    }
}
