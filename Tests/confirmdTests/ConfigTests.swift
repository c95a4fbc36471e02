import Foundation
import Glibc
import TestSupport
import Testing

/// `confirmd config check` and `confirmd config show`.
@Suite("Config", .serialized)
struct ConfigTests {
    private static let starting = Task { try await Litecoind(blocks: 3) }

    private struct Report: Decodable {
        let looked: [String]
        let errors: [String]
        let warnings: [String]
    }

    private func check(_ installation: Installation, _ arguments: String...) async throws -> (Command.Output, Report) {
        let output = try await Executable.run(
            ["config", "check", "--json", "--config", installation.configuration] + arguments)
        return (output, try JSONDecoder().decode(Report.self, from: Data(output.stdout.utf8)))
    }

    @Test("Every mistake of the files is told at once, with its place, and no secret")
    func mistakes() async throws {
        let secret = Scratch.newPath("secret")
        try "hunter2\n".write(toFile: secret, atomically: false, encoding: .utf8)
        let installation = try Installation(
            database: "postgresql://confirmd:hunter2@db/confirmd",
            networks: [
                NetworkFile(
                    name: "litecoin",
                    text: """
                        network: litecoin
                        family: bitcoin
                        chain: regtest
                        coin: litecoin
                        nodes: [ { url: "http://user:hunter2@127.0.0.1:1", username: a, password_file: "\(secret)" } ]
                        confirmations: { credit: 0, final: 2 }
                        assets: [ { code: LTC, decimal: 8 } ]

                        """)
            ])
        let output = try await installation.run("config", "check")
        #expect(output.exit == .status(78))
        let lines = output.stdout.split(separator: "\n")
        func tells(_ place: String, _ words: String) -> Bool {
            lines.contains { $0.hasPrefix("error: ") && $0.contains(place) && $0.contains(words) }
        }
        #expect(tells("confirmd.yaml:1:18:", "password_file"))
        #expect(tells("litecoin.yaml:5:17:", "holds credentials"))
        #expect(tells("litecoin.yaml:6:26:", "from 1 to"))
        #expect(tells("litecoin.yaml:7:24:", "did you mean \"decimals\"?"))
        #expect(lines.last == "the configuration can't be used: \(lines.count - 1) problems")
        #expect(!output.stdout.contains("hunter2") && output.stderr == "")
        let (json, report) = try await check(installation)
        #expect(json.exit == .status(78) && report.errors.count == lines.count - 1)
        #expect(!json.stdout.contains("hunter2"))
    }

    @Test("A database out of reach, a schema that is behind, a node out of reach; all at once")
    func environment() async throws {
        let desk = try await Desk(isMigrated: false)
        var (output, report) = try await check(desk.installation)
        #expect(output.exit == .status(78))
        #expect(report.errors.count == 2)
        #expect(
            report.errors.contains { $0.contains("schema lacks 0001-baseline") && $0.contains("confirmd migrate") })
        #expect(report.errors.contains { $0.hasPrefix("network litecoin, node http://127.0.0.1:1: ") })
        #expect(report.looked.count == 2)

        try desk.installation.write(main: "database: { url: \"postgresql:///x?host=/nowhere\" }\n")
        (output, report) = try await check(desk.installation)
        #expect(output.exit == .status(78))
        #expect(report.errors.contains { $0.contains("the database can't be reached") }, "\(report.errors)")

        let (files, alone) = try await check(desk.installation, "--no-environment")
        #expect(files.exit == .status(0))
        #expect(alone.errors == [] && alone.warnings == [])
        #expect(
            try await desk.installation.run("config", "check", "--no-environment").stdout.hasSuffix(
                "the configuration can be used\n"))
    }

    @Test("A server that may lose what it acknowledged is an error, one that may tear a page a warning")
    func durability() async throws {
        let desk = try await Desk()
        let (output, report) = try await check(desk.installation)
        #expect(output.exit == .status(78))
        #expect(report.errors.contains { $0.contains("fsync = off") && $0.contains("postgresql.conf") })
        #expect(report.warnings.contains { $0.contains("full_page_writes = off") })
    }

    @Test("A byte order mark before a file, or before a password, says nothing")
    func byteOrderMark() async throws {
        let secret = Scratch.newPath("secret")
        try "\u{FEFF}hunter2\n".write(toFile: secret, atomically: false, encoding: .utf8)
        chmod(secret, 0o400)
        let text = Desk.network.text.replacing(
            "\"http://127.0.0.1:1\"", with: "\"http://127.0.0.1:1\", username: u, password_file: \(secret)")
        let installation = try Installation(
            database: "postgresql:///x?host=/nowhere",
            networks: [NetworkFile(name: "litecoin", text: "\u{FEFF}" + text)])
        let (_, report) = try await check(installation)
        #expect(!report.errors.contains { $0.contains("litecoin.yaml") }, "\(report.errors)")
        #expect(try await installation.run("config", "show").stdout.contains("chain: regtest"))
    }

    @Test("What run refuses check calls an error: no network, an address of no host here, a port that is taken")
    func sameAsRun() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let empty = try Installation(database: database.url, networks: [])
        try await empty.succeed("migrate")
        func bothRefuse(_ words: String) async throws {
            let (output, report) = try await check(empty)
            #expect(output.exit == .status(78) && report.errors.contains { $0.contains(words) }, "\(report.errors)")
        }
        try await bothRefuse("no network is configured")
        #expect(try await empty.run("run").exit == .status(78))
        let desk = try await Desk()
        func problems(_ listen: String) async throws -> [String] {
            try desk.installation.write(main: "database: { url: \"\(desk.database.url)\" }\nlisten: \(listen)\n")
            return try await check(desk.installation).1.errors.filter { $0.hasPrefix("listen ") }
        }
        // RFC 5737: an address that no host has.
        #expect(try await problems("192.0.2.1:9464").count == 1)
        #expect(try await desk.installation.run("run").exit != .status(0))
        let port = try Port.free()
        let other = try Child(
            ["python3", "-m", "http.server", String(port), "--bind", "127.0.0.1"], output: Scratch.newPath("other"))
        try await eventually("another program's port is called taken", within: .seconds(60)) {
            try await problems("127.0.0.1:\(port)").first?.contains("another program listens there") == true
        }
        withExtendedLifetime(other) {}
        try desk.installation.write(
            main: "database: { url: \"\(desk.database.url)\" }\nlisten: 127.0.0.1:\(desk.installation.port)\n")
        let daemon = try desk.installation.start()
        try await eventually("it answers", within: .seconds(60)) { try await daemon.get("/healthz").status == 200 }
        let report = try await check(desk.installation).1
        #expect(report.looked.contains("listen 127.0.0.1:\(desk.installation.port): a daemon is there"))
    }

    @Test("A password may lie where systemd puts the credentials of a service")
    func credentials() async throws {
        let folder = try Scratch.folder("credentials")
        try "hunter2\n".write(toFile: folder + "/litecoin", atomically: false, encoding: .utf8)
        chmod(folder + "/litecoin", 0o400)
        let text = Desk.network.text.replacing(
            "\"http://127.0.0.1:1\"",
            with: "\"http://127.0.0.1:1\", username: confirmd, password_file: $CREDENTIALS_DIRECTORY/litecoin")
        let installation = try Installation(
            database: "postgresql:///x?host=/nowhere", networks: [NetworkFile(name: "litecoin", text: text)])
        let command = ["config", "check", "--config", installation.configuration]
        let given = try await Executable.run(command, environment: ["CREDENTIALS_DIRECTORY": folder])
        #expect(given.stdout.contains("the database can't be reached") && !given.stdout.contains("litecoin.yaml"))
        let missing = try await Executable.run(command)
        #expect(missing.exit == .status(78) && missing.stdout.contains("litecoin.yaml:6:"))
        #expect(!(given.stdout + missing.stdout).contains("hunter2"))
    }

    @Test("Secrets are left alone without the environment, and looked for with it")
    func secrets() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let password = Scratch.newPath("password")
        func installation() throws -> Installation {
            try Installation(
                database: database.url,
                networks: [
                    NetworkFile(
                        name: "litecoin",
                        text: Desk.network.text.replacing(
                            "\"http://127.0.0.1:1\"",
                            with: "\"http://127.0.0.1:1\", username: a, password_file: \"\(password)\""))
                ])
        }
        #expect(try await check(try installation(), "--no-environment").0.exit == .status(0))
        let missing = try await check(try installation()).1
        #expect(missing.errors.count == 1 && missing.errors[0].contains(#/litecoin\.yaml:6:\d+: "password_file"/#))
        #expect(missing.errors[0].contains("does not exist"))
        try "hunter2".write(toFile: password, atomically: false, encoding: .utf8)
        chmod(password, 0o644)
        let (output, open) = try await check(try installation())
        #expect(open.warnings.contains { $0.contains(password) && $0.contains("chmod 600") })
        #expect(!output.stdout.contains("hunter2"))
    }

    @Test(
        "A node of another chain is an error; one that is too old a warning where no money is, until that is allowed",
        .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
    func nodes() async throws {
        let node = try await Self.starting.value
        let server = try await PrivatePostgres(durable: true)
        let database = try await server.createDatabase()
        let installation = try Installation(database: database.url, networks: [.litecoin([node])])
        try await installation.succeed("migrate")
        // As an operator would have it.
        chmod(node.passwordFile, 0o600)
        let (output, old) = try await check(installation)
        #expect(output.exit == .status(0) && old.errors == [])
        #expect(old.warnings.count == 1 && old.warnings[0].contains("older than 0.21.5.6"), "\(old.warnings)")
        #expect(old.looked.contains { $0.contains(node.url) && $0.contains("block 3, version 0.21.") }, "\(old.looked)")

        try installation.write(.litecoin([node], settings: "minimum_node_version: \"0.18\""))
        let (silent, allowed) = try await check(installation)
        #expect(silent.exit == .status(0) && allowed.errors == [] && allowed.warnings == [])

        for change in [("coin: litecoin", "coin: bitcoin"), ("chain: regtest", "chain: test")] {
            var other = NetworkFile.litecoin([node])
            other.text = other.text.replacing(change.0, with: change.1)
            try installation.write(other)
            let (output, wrong) = try await check(installation)
            #expect(output.exit == .status(78))
            #expect(wrong.errors.count == 1 && wrong.errors[0].contains("node \(node.url)"), "\(wrong.errors)")
        }
    }

    @Test("Every value is shown with where it comes from, and no secret is")
    func show() async throws {
        let password = Scratch.newPath("password")
        try "hunter2".write(toFile: password, atomically: false, encoding: .utf8)
        let text = Desk.network.text.replacing(
            "\"http://127.0.0.1:1\"",
            with: "\"http://127.0.0.1:1/v3?key=hunter3\", username: a, password_file: \"\(password)\"")
        let installation = try Installation(
            database: "postgresql://confirmd@db.example/confirmd?application_name=x",
            networks: [NetworkFile(name: "litecoin", text: text)])
        struct Setting: Decodable {
            let file: String
            let line: Int?
            let key: String
            let value: String
        }
        let json = try await installation.succeed("config", "show", "--json")
        let settings = try JSONDecoder().decode([Setting].self, from: Data(json.utf8))
        func setting(_ key: String) -> Setting? { settings.first { $0.key == key } }
        #expect(setting("confirmations.credit")?.line == 7 && setting("confirmations.credit")?.value == "2")
        #expect(setting("max_reorg_depth")?.value == "576")
        #expect(setting("max_block_gap")?.value == "3h")
        for key in ["max_reorg_depth", "max_block_gap", "arrival_grace", "start", "mempool.interval"] {
            #expect(setting(key) != nil && setting(key)?.line == nil, "\(key)")
        }
        #expect(setting("assets[0].transfer_fee")?.value == "0")
        #expect(setting("assets[0].min_deposit")?.value == "0.0001" && setting("assets[0].min_deposit")?.line == 9)
        #expect(setting("database.url")?.value == "postgresql://db.example/confirmd")
        #expect(setting("nodes[0].password_file")?.value == password)
        #expect(settings.allSatisfy { $0.file.hasSuffix(".yaml") })
        let shown = try await installation.succeed("config", "show")
        #expect(shown.contains(#/confirmations\.credit: 2 +line 7/#))
        #expect(shown.contains(#/max_reorg_depth: 576 +default/#))
        for text in [json, shown] { #expect(!text.contains("hunter")) }
    }
}
