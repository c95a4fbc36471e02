import TestSupport
import Testing

/// Arguments at their bounds, and beyond, of what others call.
@Suite("Arguments of the contract")
struct ArgumentTests {
    private static let option = #"[{"asset":"LTC","address":"a","amount":"1"}]"#

    @Test(
        "What is not to be seen is in no name, and no error quotes it",
        arguments: ["\u{7}", "\u{9F}", "\u{AD}", "\u{200B}", "\u{202E}", "\u{2028}", "\u{FEFF}", "\u{E0041}"])
    func invisible(character: String) async throws {
        let migrated = try await MigratedDatabase()
        let name = "a\(character)b"
        let invoice = try #require(
            try await migrated.database.value("SELECT confirmd.create_invoice('shop', '1', '\(Self.option)')"))
        for call in [
            "set_project('\(name)')", "create_invoice('shop', '\(name)', '\(Self.option)')",
            "create_static_wallet('shop', '\(name)', 'LTC', 'a')",
            "create_static_wallet('shop', 'x', 'LTC', '\(name)')",
            "add_option('\(invoice)', 'LTC', '\(name)', '1')", "acknowledge('\(name)', 1, 0)",
            "mark_paid('\(invoice)', '\(name)')", "retire_network('litecoin', '\(name)')",
            "new_outbox_incarnation('\(name)')",
        ] {
            #expect(await migrated.refusal(of: "SELECT confirmd.\(call)") == "CF005", "\(call)")
        }
        for (call, code) in [
            ("create_invoice('\(name)', '1', '\(Self.option)')", "CF001"),
            ("create_static_wallet('shop', 'x', '\(name)', 'a')", "CF002"),
            ("resume_network('\(name)', 'x')", "CF023"), ("remove_consumer('\(name)', 'x')", "CF025"),
        ] {
            await #expect {
                try await migrated.database.execute("SELECT confirmd.\(call)")
            } throws: { error in
                let failure = error as? TestDatabase.Failure
                return failure?.sqlState == code && failure?.description.contains("\"a?b\"") == true
            }
        }
    }

    @Test("Letters of every script are fine")
    func letters() async throws {
        let migrated = try await MigratedDatabase()
        for (number, name) in ["Žižkov №5", "注文-1", "عبد", "🛒 1"].enumerated() {
            try await migrated.database.execute(
                "SELECT confirmd.set_project('\(name)'); SELECT confirmd.create_invoice('\(name)', '\(number)', '\(Self.option)')"
            )
        }
    }

    @Test("What is huge is refused in a few words", arguments: ["asset", "project", "network", "consumer"])
    func huge(argument: String) async throws {
        let database = try await MigratedDatabase().database
        let text = "repeat('A', 20000000)"
        let call =
            switch argument {
            case "asset": "create_static_wallet('shop', 'x', \(text), 'a')"
            case "project": "create_invoice(\(text), '1', '[]')"
            case "network": "retire_network(\(text), 'x')"
            default: "remove_consumer(\(text), 'x')"
            }
        await #expect {
            try await database.execute("SELECT confirmd.\(call)")
        } throws: { error in
            guard let failure = error as? TestDatabase.Failure else { return false }
            return failure.sqlState.hasPrefix("CF") && failure.description.count < 1_000
        }
    }

    @Test(
        "It is the deadline that has to be between a second and ten years away, whatever the interval is made of",
        arguments: [
            ("1 second", true), ("10 years", true), ("3650 days", true), ("1 month 1 day -1 hour", true),
            ("0.9 seconds", false), ("10 years 1 second", false), ("-1 month 31 days", false), ("-1 day", false),
            ("2000000 months -59999999 days", false), ("170000000 years", false), ("-170000000 years", false),
            ("-2000000000 hours 1000000 days", false), ("83000000 days -1991999000 hours", false),
        ])
    func deadlines(interval: String, isAccepted: Bool) async throws {
        let migrated = try await MigratedDatabase()
        // A month is 28 to 31 days long: -1 month 31 days comes to nothing at all in a month of 31 days, else to days ago or
        // to come, and is at its worst where the month before was a long one.
        let refusal = await migrated.refusal(
            of: "SELECT confirmd.create_invoice('shop', '1', '\(Self.option)', '\(interval)')")
        if interval == "-1 month 31 days" {
            let wrong = try await migrated.database.value(
                "SELECT count(*) FROM confirmd.invoice WHERE expires_at <= created_at")
            #expect(refusal == nil || refusal == "CF005")
            #expect(wrong == "0")
        } else {
            #expect(refusal == (isAccepted ? nil : "CF005"))
        }
    }

    @Test(
        "A project's fees by asset are an object of whole basis points",
        arguments: [
            "[1]", "1", "null", "\"x\"", #"{"LTC": null}"#, #"{"LTC": []}"#, #"{"LTC": 1.5}"#, #"{"LTC": "1"}"#,
        ])
    func fees(json: String) async throws {
        let migrated = try await MigratedDatabase()
        #expect(
            await migrated.refusal(of: "SELECT confirmd.set_project('other', service_fee_bps_for => '\(json)')")
                == "CF005")
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd.project") == "1")
        try await migrated.database.execute(
            "SELECT confirmd.set_project('other', service_fee_bps_for => '{\"LTC\": 1e2}'), confirmd.set_project('x', service_fee_bps_for => NULL)"
        )
        #expect(try await migrated.database.value("SELECT service_fee_bps FROM confirmd_data.project_asset") == "100")
    }
}
