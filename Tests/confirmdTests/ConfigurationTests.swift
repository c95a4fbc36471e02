import Foundation
import TestSupport
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    @Test("Every mistake of every file is told at once, with its place and the word that was meant")
    func mistakes() async throws {
        let installation = try Installation(
            database: "postgresql:///x",
            networks: [
                NetworkFile(
                    name: "litecoin",
                    text: """
                        network: litecoin
                        family: bitcoin
                        chain: regtest
                        coin: litecoin
                        nodes:
                          - { url: "http://127.0.0.1:9332", username: confirmd }
                        confirmations: { credit: 3, final: 2 }
                        max_reorg_depth: 50
                        max_block_gab: 3h
                        assets:
                          - { code: LTC, decimals: 8, min_deposit: 1e-3 }
                        start: yesterday
                        caution: { factor: 1, fro: 6h }

                        """),
                NetworkFile(name: "twice", text: "network: other\nfamily: bitcoin\nfamily: bitcoin\n"),
            ])
        try installation.write(
            main: """
                database: { url: "postgresql://confirmd:hunter2@db/confirmd" }
                lisen: 127.0.0.1:9464

                """)
        let output = try await installation.run("run")
        #expect(output.exit == .status(78))
        let lines = output.stderr.split(separator: "\n")
        #expect(lines.first == "error: the configuration can't be used: 11 problems")
        func tells(_ place: String, _ words: String) -> Bool {
            lines.contains { $0.contains(place) && $0.contains(words) }
        }
        #expect(tells("confirmd.yaml:1:18:", "password_file"))
        #expect(tells("confirmd.yaml:2:1:", "unknown key \"lisen\"; did you mean \"listen\"?"))
        #expect(tells("litecoin.yaml:6:5:", "\"password_file\" is missing"))
        #expect(tells("litecoin.yaml:7:36:", "\"final\" must not be below \"credit\" (3)"))
        #expect(tells("litecoin.yaml:8:18:", "must be above 100"))
        #expect(tells("litecoin.yaml:9:1:", "did you mean \"max_block_gap\"?"))
        #expect(tells("litecoin.yaml:11:44:", "not \"1e-3\""))
        #expect(tells("litecoin.yaml:12:8:", "tip or the height of a block"))
        #expect(tells("litecoin.yaml:13:20:", "\"factor\" must be a whole number from 2 to 100"))
        #expect(tells("litecoin.yaml:13:23:", "unknown key \"fro\"; did you mean \"for\"?"))
        #expect(tells("twice.yaml:", "\"family\" is given more than once"))
        #expect(!output.stderr.contains("hunter2"))
    }

    @Test("The file is found by option, then by environment; one that is not there is named")
    func place() async throws {
        let desk = try await Desk()
        let variable = ["CONFIRMD_CONFIG": desk.installation.configuration]
        #expect(try await Executable.run(["balance"], environment: variable).exit == .status(0))
        let output = try await Executable.run(["balance", "--config", "/nowhere/a.yaml"], environment: variable)
        #expect(output.exit == .status(78))
        #expect(output.stderr.contains("/nowhere/a.yaml"))
        let missing = try await Executable.run(["balance"], environment: ["CONFIRMD_CONFIG": "/nowhere/b.yaml"])
        #expect(missing.exit == .status(78))
        #expect(missing.stderr.contains("/nowhere/b.yaml"))
    }

    @Test("A daemon without networks has nothing to do, and says so")
    func noNetworks() async throws {
        let installation = try Installation(database: "postgresql:///x", networks: [])
        let output = try await installation.run("run")
        #expect(output.exit == .status(78))
        #expect(output.stderr.contains("no network is configured"))
    }

    @Test("The files that the project ships are ready to use once the passwords are there")
    func shipped() async throws {
        let project = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let shipped = project.path + "/config"
        let folder = try Scratch.folder("shipped")
        for place in ["networks.d", "secrets"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(place)", withIntermediateDirectories: false)
        }
        let database = try await PrivatePostgres.shared.createDatabase()
        let files = try FileManager.default.subpathsOfDirectory(atPath: shipped).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 4)
        for file in files {
            // An operator would put them where they say.
            let text = try String(contentsOfFile: "\(shipped)/\(file)", encoding: .utf8)
                .replacingOccurrences(of: "/etc/confirmd", with: folder)
                .replacingOccurrences(of: "postgresql:///confirmd", with: database.url)
            try text.write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
            for match in text.matches(of: /password_file: (\S+\/secrets\/[\w-]+)/) {
                try "secret".write(toFile: String(match.1), atomically: true, encoding: .utf8)
            }
        }
        let output = try await Executable.run(["migrate", "--config", folder + "/confirmd.yaml"])
        #expect(output.exit == .status(0), "\(output.stderr)")
        // Each but confirmd.yaml is a network.
        #expect(
            try await database.value("SELECT count(DISTINCT network) FROM confirmd.asset") == "\(files.count - 1)")
        let check = try await Executable.run([
            "config", "check", "--no-environment", "--config", folder + "/confirmd.yaml",
        ])
        #expect(check.exit == .status(0), "\(check.stdout)")
    }
}
