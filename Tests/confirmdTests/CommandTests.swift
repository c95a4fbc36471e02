import Foundation
import TestSupport
import Testing

/// What operators type, what they get, and the exit codes: 0, 1 for a failure, 64 for the usage, 78 for the configuration.
@Suite("Commands")
struct CommandTests {
    private static let address = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgs9pnd"

    struct Invoice: Decodable {
        struct Option: Decodable {
            let address: String
            let amount: String
            let amountBase: String
            let due: String
        }
        let id: String
        let orderId: String
        let status: String
        let metadata: [String: String]
        let options: [Option]?
    }

    @Test("migrate brings the schema, says so, and may be repeated; --check only tells")
    func migrate() async throws {
        let desk = try await Desk(isMigrated: false)
        let missing = try await desk.fail(1, "migrate", "--check")
        #expect(missing.contains("lacks 0001-baseline"))
        #expect(missing.contains("Run: confirmd migrate"))
        #expect(try await desk.database.value("SELECT to_regclass('confirmd.outbox')") == nil)
        struct Standing: Decodable {
            let fits: Bool
            let missing: [String]
            let problem: String?
        }
        func standing() async throws -> (Standing, Command.Output) {
            let output = try await desk.installation.run("migrate", "--check", "--json")
            return (try JSONDecoder().decode(Standing.self, from: Data(output.stdout.utf8)), output)
        }
        let (lacking, failed) = try await standing()
        #expect(failed.exit == .status(1) && failed.stderr == "")
        #expect(!lacking.fits && lacking.missing.first == "0001-baseline")
        #expect(lacking.problem?.contains("confirmd migrate") == true)
        _ = try await desk.fail(64, "migrate", "--json")
        let first = try await desk.installation.succeed("migrate").split(separator: "\n")
        #expect(first.first == "applied 0001-baseline")
        #expect(first.last == "the schema is up to date")
        #expect(try await desk.installation.succeed("migrate") == "the schema is up to date")
        #expect(try await desk.installation.succeed("migrate", "--check") == "the schema is up to date")
        let (fit, succeeded) = try await standing()
        #expect(succeeded.exit == .status(0) && fit.fits && fit.missing == [] && fit.problem == nil)
        // Networks and assets are there before any daemon ran, so that invoices can be made.
        #expect(try await desk.database.rows("SELECT asset, network FROM confirmd.asset") == [["LTC", "litecoin"]])
    }

    @Test("Two migrations at once do the work once")
    func migrateTogether() async throws {
        let desk = try await Desk(isMigrated: false)
        async let first = desk.installation.succeed("migrate")
        async let second = desk.installation.succeed("migrate")
        let applied = try await (first + "\n" + second).split(separator: "\n").filter { $0.hasPrefix("applied") }
        #expect(Set(applied).count == applied.count)
        #expect(!applied.isEmpty)
    }

    @Test("run refuses a database whose schema does not fit, and a port that is taken")
    func runRefuses() async throws {
        let desk = try await Desk(isMigrated: false)
        #expect(try await desk.fail(1, "run").contains("Run: confirmd migrate"))
        try await desk.installation.succeed("migrate")
        let running = try desk.installation.start()
        try await eventually("it answers", within: .seconds(30)) { try await running.get("/healthz").status == 200 }
        let refusal = try await desk.fail(1, "run")
        #expect(refusal.contains("can't listen on 127.0.0.1:\(desk.installation.port)"))
        #expect(try await running.terminate() == .status(0))
    }

    @Test("status tells where each network is, and fails while one is not followed")
    func status() async throws {
        struct Status: Decodable {
            struct Network: Decodable {
                let network: String
                let state: String
                let heldBy: String?
            }
            struct Settlement: Decodable { let heldBy: String? }
            struct Consumer: Decodable {
                let consumer: String
                let lag: Int
            }
            let ready: Bool
            let networks: [Network]
            let settlement: Settlement
            let consumers: [Consumer]
        }
        let desk = try await Desk()
        try await desk.database.execute("SELECT confirmd.acknowledge('books', 1, 0)")
        let output = try await desk.installation.run("status", "--json")
        #expect(output.exit == .status(1))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let status = try decoder.decode(Status.self, from: Data(output.stdout.utf8))
        #expect(!status.ready && status.networks.map(\.network) == ["litecoin"])
        #expect(status.networks[0].heldBy == nil && status.settlement.heldBy == nil)
        #expect(status.consumers.map(\.consumer) == ["books"])
        let table = try await desk.installation.run("status").stdout.split(separator: "\n")
        #expect(table[0].hasPrefix("NETWORK") && table[0].contains("OBSERVED THROUGH"))
        #expect(table[1].contains("nobody"))
        let narrow = try await Executable.run(
            ["status", "--config", desk.installation.configuration], environment: ["COLUMNS": "50"])
        let lines = narrow.stdout.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 50 } && !lines[0].contains("OBSERVED THROUGH"), "\(narrow.stdout)")
    }

    @Test("project set makes a project and changes only the terms given")
    func project() async throws {
        struct Project: Decodable {
            let project: String
            let serviceFeeBps: Int
            let underpayToleranceBps: Int
            let latePolicy: String
            let serviceFeeBpsFor: [String: Int]
        }
        let desk = try await Desk()
        try await desk.installation.succeed(
            "project", "set", "shop", "--service-fee", "1.9%", "--service-fee-for", "LTC=0.5%")
        try await desk.installation.succeed("project", "set", "shop", "--underpay-tolerance", "1%")
        let projects = try await desk.read([Project].self, "project", "list")
        #expect(projects.map(\.project) == ["shop"])
        #expect(projects[0].serviceFeeBps == 190)
        #expect(projects[0].serviceFeeBpsFor == ["LTC": 50])
        #expect(projects[0].underpayToleranceBps == 100)
        #expect(projects[0].latePolicy == "credit")
        for wrong in ["100%", "1.999%", "-1%", "1.9", "x"] {
            _ = try await desk.fail(64, "project", "set", "shop", "--service-fee=\(wrong)")
        }
        #expect(
            try await desk.fail(1, "project", "set", "shop", "--service-fee-for", "DOGE=1%").contains("CF002"))
    }

    @Test("invoice create, show and list; the same call again gives the same invoice, another content none")
    func invoices() async throws {
        let desk = try await Desk()
        try await desk.installation.succeed("project", "set", "shop")
        let order = [
            "invoice", "create", "--project", "shop", "--order", "1", "--option", "LTC:\(Self.address):1.25",
            "--expires-in", "2h", "--metadata", #"{"cart": "7"}"#,
        ]
        let id = try await desk.installation.succeed(order)
        #expect(UUID(uuidString: id) != nil)
        #expect(try await desk.installation.succeed(order) == id)
        let conflict = try await desk.fail(
            1, "invoice", "create", "--project", "shop", "--order", "1", "--option", "LTC:\(Self.address):1.26")
        #expect(conflict.contains("CF006"))

        let shown = try await desk.read(Invoice.self, "invoice", "show", id)
        #expect(shown.id == id)
        #expect(shown.status == "created")
        #expect(shown.metadata == ["cart": "7"])
        #expect(shown.options?.map(\.address) == [Self.address])
        #expect(shown.options?.map(\.amount) == ["1.25"])
        #expect(shown.options?.map(\.amountBase) == ["125000000"])
        let text = try await desk.installation.succeed("invoice", "show", id)
        #expect(text.contains("order    1"))
        #expect(text.contains(Self.address))

        #expect(
            try await desk.read([Invoice].self, "invoice", "list", "--project", "shop", "--status", "created")
                .map(\.orderId) == ["1"])
        #expect(try await desk.read([Invoice].self, "invoice", "list", "--status", "paid").isEmpty)
        #expect(try await desk.read([Invoice].self, "invoice", "list", "--project", "other").isEmpty)
    }

    @Test("What an invoice can't be made of is refused with the reason and its SQLSTATE")
    func invoiceRefusals() async throws {
        let desk = try await Desk()
        try await desk.installation.succeed("project", "set", "shop")
        func refusal(_ status: Int32, _ option: String, project: String = "shop") async throws -> String {
            try await desk.fail(
                status, "invoice", "create", "--project", project, "--order", "1", "--option", option)
        }
        #expect(try await refusal(1, "LTC:\(Self.address):1", project: "nobody's").contains("CF001"))
        #expect(try await refusal(1, "DOGE:\(Self.address):1").contains("CF002"))
        #expect(try await refusal(1, "LTC:\(Self.address):0.123456789").contains("CF003"))
        #expect(try await refusal(1, "LTC:\(Self.address):0.00009999").contains("CF004"))
        #expect(try await refusal(1, "LTC:\(Self.address):0").contains("CF004"))
        #expect(try await refusal(64, "LTC:\(Self.address):1,5").contains("1.25"))
        #expect(try await refusal(64, "LTC").contains("LTC:ltc1q"))
        #expect(try await desk.fail(1, "invoice", "show", UUID().uuidString).contains("there is no invoice"))
        _ = try await desk.fail(64, "invoice", "show", "12")
        _ = try await desk.fail(64, "invoice", "list", "--status", "settled")
        #expect(try await desk.database.value("SELECT count(*) FROM confirmd.invoice") == "0")
    }

    @Test("wallet create, show and list; a customer has one address for an asset")
    func wallets() async throws {
        struct Wallet: Decodable {
            let id: String
            let customerId: String
            let address: String
        }
        let desk = try await Desk()
        try await desk.installation.succeed("project", "set", "shop")
        let call = ["wallet", "create", "--project", "shop", "--customer", "7", "--asset", "LTC", "--address"]
        let id = try await desk.installation.succeed(call + [Self.address])
        #expect(try await desk.installation.succeed(call + [Self.address]) == id)
        let output = try await desk.installation.run(
            "wallet", "create", "--project", "shop", "--customer", "7", "--asset", "LTC", "--address", "other")
        #expect(output.exit == .status(1))
        #expect(output.stderr.contains("CF006"))
        #expect(try await desk.read(Wallet.self, "wallet", "show", id).address == Self.address)
        #expect(try await desk.read([Wallet].self, "wallet", "list", "--customer", "7").map(\.id) == [id])
        #expect(try await desk.read([Wallet].self, "wallet", "list", "--customer", "8").isEmpty)
        #expect(try await desk.fail(1, "wallet", "show", UUID().uuidString).contains("there is no static wallet"))
    }

    @Test("Nothing is shown as nothing: an empty list, a table of titles, no lines")
    func empty() async throws {
        let desk = try await Desk()
        #expect(try await desk.installation.succeed("balance", "--json") == "[]")
        #expect(try await desk.installation.succeed("balance").hasPrefix("PROJECT"))
        #expect(try await desk.installation.succeed("outbox", "read") == "")
        #expect(try await desk.installation.succeed("outbox", "read", "--json") == "")
    }

    @Test("The command line itself: help, unknown commands and options")
    func usage() async throws {
        let help = try await Executable.run(["--help"])
        #expect(help.exit == .status(0))
        for command in ["run", "migrate", "status", "project", "invoice", "wallet", "balance", "outbox"] {
            #expect(help.stdout.contains("  \(command) "))
            #expect(try await Executable.run([command, "--help"]).exit == .status(0))
        }
        let version = try await Executable.run(["--version"])
        #expect(version.exit == .status(0) && version.stdout.contains(/^[0-9]+\.[0-9]+\.[0-9]+\n$/))
        #expect(try await Executable.run(["fly"]).exit == .status(64))
        #expect(try await Executable.run(["status", "--color"]).exit == .status(64))
        #expect(try await Executable.run(["invoice", "create"]).exit == .status(64))
    }

    @Test("A database out of reach is said at once, with what to check")
    func unreachable() async throws {
        let installation = try Installation(database: "postgresql:///x?host=/nowhere", networks: [Desk.network])
        let output = try await installation.run("status", within: .seconds(20))
        #expect(output.exit == .status(1))
        #expect(output.stderr.contains("the database can't be reached"))
        #expect(output.stderr.contains("database.url"))
    }
}
