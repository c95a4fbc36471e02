import Foundation
import TestSupport
import Testing

/// A chain under two names would count a payment twice.
@Suite("One chain, one network")
struct ChainOnceTests {
    /// The desk's chain under another name.
    private static var twin: NetworkFile {
        NetworkFile(
            name: "twin",
            text: Desk.network.text.replacing("network: litecoin", with: "network: twin")
                .replacing("code: LTC", with: "code: LTC2"))
    }

    @Test("Careless: the same chain in two files is refused by every command, with both files and lines")
    func twice() async throws {
        let desk = try await Desk(isMigrated: false)
        try desk.installation.write(Self.twin)
        for command in [["config", "check", "--no-environment"], ["config", "show"], ["migrate"], ["run"]] {
            let output = try await Executable.run(command + ["--config", desk.installation.configuration])
            #expect(output.exit == .status(78), "\(command)")
            let lines = (output.stdout + output.stderr).split(separator: "\n")
            let problem = try #require(lines.first { $0.contains("twin.yaml") })
            #expect(problem.contains("twin.yaml:3:8: chain litecoin/regtest is followed already, by "), "\(problem)")
            #expect(problem.contains("/litecoin.yaml:3, and a payment on it would count for both"), "\(problem)")
        }
        #expect(try await desk.database.value("SELECT to_regnamespace('confirmd') IS NULL") == "t")
    }

    @Test(
        "A reload that brings it is refused and changes nothing",
        .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
    func reload() async throws {
        let shop = try await Shop(on: Litecoind())
        try await shop.following { daemon in
            var twin = shop.network
            twin.text = twin.text.replacing("network: litecoin", with: "network: twin")
                .replacing("code: LTC", with: "code: LTC2")
            try shop.installation.write(NetworkFile(name: "twin", text: twin.text))
            daemon.reload()
            try await daemon.logs("chain litecoin/regtest is followed already")
            #expect(daemon.log.contains("nothing changes"))
            let metrics = try await daemon.get("/metrics").body
            #expect(metrics.contains("confirmd_config_last_reload_successful 0"))
            #expect(try await shop.database.value("SELECT count(*) FROM confirmd.network") == "1")
        }
    }

    /// As another host has it: the twin alone.
    private func otherHost(of desk: Desk) throws -> Installation {
        try Installation(database: desk.database.url, networks: [Self.twin])
    }

    @Test("The database refuses what another host's file brings, also when the chain's network is retired")
    func database() async throws {
        let desk = try await Desk()
        let other = try otherHost(of: desk)
        let refused = try await other.run("migrate")
        #expect(refused.exit == .status(1))
        #expect(
            refused.stderr.hasPrefix(
                """
                error: network "twin" can't be litecoin/regtest, for network "litecoin" is (CF007)
                A chain has one network
                """),
            "\(refused.stderr)")
        let daemon = try desk.installation.start()
        try await desk.installation.succeed("network", "retire", "litecoin", "--reason", "a test")
        try await daemon.terminate()
        #expect(try await desk.database.value("SELECT state FROM confirmd.network") == "retired")
        let again = try await other.run("migrate")
        #expect(again.exit == .status(1) && again.stderr.contains("is (it is retired)"), "\(again.stderr)")
        #expect(try await desk.database.value("SELECT string_agg(network, ' ') FROM confirmd.network") == "litecoin")
        #expect(try await desk.database.value("SELECT string_agg(asset, ' ') FROM confirmd.asset") == "LTC")
    }
}
