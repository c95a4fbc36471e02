import TestSupport
import Testing

/// Callers' sessions are as odd as they like: what the contract's functions do is the same.
@Suite("Odd settings of a session")
struct SessionSettingTests {
    private static let odd = """
        SET standard_conforming_strings = off; SET escape_string_warning = off; SET backslash_quote = off;
        SET datestyle = 'German, DMY'; SET intervalstyle = 'sql_standard'; SET timezone = 'Europe/Berlin';
        SET bytea_output = 'escape'; SET extra_float_digits = -15; SET array_nulls = off; SET transform_null_equals = on;
        SET quote_all_identifiers = on; SET lc_numeric = 'C'; SET xmloption = 'document'; SET search_path = nowhere;
        SET default_transaction_isolation = 'serializable'; SET client_min_messages = error; SET work_mem = '64kB';
        SET jit = on; SET enable_indexscan = off; SET plan_cache_mode = force_generic_plan; SET synchronous_commit = off;

        """

    /// Calls every function that others than the daemon may call.
    private static let story =
        """
        SELECT confirmd.set_project('s.s', 190, 'client', 'client', 50, 100, 9000, 'settle', '{"LTC": 100}');
        SELECT confirmd.create_invoice('s.s', 'o-' || n, '[{"asset":"LTC","address":"ssss.s","amount":"1.25"}]',
            make_interval(days => n), '{"a": 1.50, "b": null}') FROM generate_series(30, 330, 30) n;
        SELECT confirmd.create_invoice('s.s', 'month', '[{"asset":"LTC","address":"m"}]', make_interval(months => 7)) AS id \\gset
        SELECT confirmd.add_option(:'id', 'LTC', 'ss.', NULL);
        SELECT confirmd.create_static_wallet('s.s', 'anna s.', 'LTC', 's.s');
        SELECT confirmd.mark_paid(:'id', 'cash s'); SELECT confirmd.cancel_invoice(:'id', 'no s');
        SELECT confirmd.resume_network('litecoin', 's'); SELECT confirmd.retire_network('litecoin', 's');
        SELECT confirmd.new_outbox_incarnation('s', 3); SELECT confirmd.acknowledge('s.s', 4, 0);
        SELECT confirmd.acknowledge('gone', 4, 0); SELECT confirmd.remove_consumer('gone', 's');
        """

    private static let outcome = """
        SELECT i.order_id, i.status, extract(epoch FROM i.expires_at - date_trunc('second', i.created_at)),
            i.metadata, encode(n.content, 'hex'), n.service_fee_payer, o.due, o.asset, o.address
        FROM confirmd.invoice i JOIN confirmd.invoice_option o ON o.invoice_id = i.id
        JOIN confirmd_data.invoice n ON n.invoice_id = i.id ORDER BY 1, o.address
        """
    private static let rest = """
        SELECT c.kind, c.reason, c.outcome, c.detail, w.customer_id, p.late_policy, o.consumer
        FROM confirmd.operator_command c CROSS JOIN confirmd.static_wallet w CROSS JOIN confirmd.outbox_consumer o
        JOIN confirmd.project p ON p.project = 's.s' ORDER BY c.number
        """

    @Test("Every function of the contract does the same under them, and every view says the same")
    func same() async throws {
        let plain = try await MigratedDatabase().database
        let odd = try await MigratedDatabase().database
        try await plain.execute("SET timezone = 'UTC';\n" + Self.story)
        try await odd.execute(Self.odd + Self.story)
        for query in [Self.outcome, Self.rest] {
            let rows = try await plain.rows(query)
            #expect(!rows.isEmpty)
            #expect(try await odd.rows(query) == rows)
        }
        let days = try await odd.rows(
            "SELECT expires_at - date_trunc('second', created_at) FROM confirmd.invoice WHERE order_id = 'o-180'")
        #expect(days == [["180 days"]])

        let functions = try await plain.rows(
            "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'confirmd'::regnamespace ORDER BY 1")
        for function in functions.compactMap({ $0[0] }) where function != "commit_step" {
            #expect(Self.story.contains("confirmd.\(function)("), "\(function) is not called")
        }
        let views = try await odd.rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'confirmd'::regnamespace AND relkind = 'v' ORDER BY 1")
        for view in views.compactMap({ $0[0] }) {
            // How times and intervals are written is the reader's to say.
            let style = "SET timezone = 'UTC'; SET intervalstyle = 'postgres';"
            let look = "\(style) SELECT jsonb_agg(to_jsonb(v) ORDER BY to_jsonb(v)) FROM confirmd.\(view) v"
            let said = try await odd.value(look)
            #expect(try await odd.rows(Self.odd + look) == [[said]], "\(view)")
        }
    }

    @Test("Each function of the contract has what texts, times and intervals hang on pinned")
    func pinned() async throws {
        let loose = try await MigratedDatabase().database.rows(
            """
            SELECT p.proname, s.setting FROM pg_proc p CROSS JOIN unnest(ARRAY['search_path=pg_catalog, pg_temp',
                'standard_conforming_strings=on', 'TimeZone=UTC', 'DateStyle=ISO, MDY', 'IntervalStyle=postgres']) s (setting)
            WHERE p.pronamespace = 'confirmd'::regnamespace
              AND lower(s.setting) <> ALL (SELECT lower(c) FROM unnest(p.proconfig) c)
            """)
        #expect(loose == [])
    }
}
