import Foundation
import Glibc
import TestSupport
import Testing

/// The unit that systemd runs confirmd by: how tight it is, and that the program lives under it.
@Suite("Hardening")
struct HardeningTests {
    private static let unit = Package.file("deploy/confirmd.service")
    private static let analyze = ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit]
    private static let hasAnalyze = FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")

    @Test("systemd rates the unit's exposure at 1.5 or less", .enabled(if: hasAnalyze, "systemd is not installed"))
    func exposure() async throws {
        let output = try await Command.run(Self.analyze)
        #expect(output.exit == .status(0), "\(output.stdout.suffix(500))\(output.stderr)")
        let verify = try await Command.run(["systemd-analyze", "verify", "--man=no", Self.unit])
        // Only the program itself is missing here.
        let complaints = verify.stderr.split(separator: "\n").filter { $0.contains("confirmd.service") }
        #expect(complaints.allSatisfy { $0.contains("/usr/bin/confirmd is not executable") }, "\(verify.stderr)")
    }

    @Test("What the unit names as its documentation is what the guide installs")
    func documentation() throws {
        let unit = try String(contentsOfFile: Self.unit, encoding: .utf8)
        let path = try #require(unit.firstMatch(of: /Documentation=file:\/\/(\S+)/)?.1)
        let guide = try String(contentsOfFile: Package.file("docs/operators-guide.md"), encoding: .utf8)
        #expect(guide.contains("install -D -m 644 docs/operators-guide.md \(path)\n"))
    }

    @Test(
        "A payment is settled under the unit's system call filters, and nothing that matters is denied",
        .enabled(
            if: hasAnalyze && Litecoind.isInstalled && Python.path != nil,
            "needs systemd-analyze, litecoind and .build-python"))
    func confined() async throws {
        let node = try await Litecoind()
        // By name, so that names are looked up too.
        let network = NetworkFile(
            name: "litecoin", text: NetworkFile.litecoin([node]).text.replacing("//127.0.0.1:", with: "//localhost:"))
        let shop = try await Shop(on: node, network: network, terms: "--service-fee", "1%")
        let address = try await shop.invoice("1", of: "1")
        let denied = Scratch.newPath("denied")
        let socket = try NotifySocket()
        #expect(try String(contentsOfFile: Self.unit, encoding: .utf8).contains("\nLimitNICE=-4\n"))
        let confined = try Python.command("Tests/Python/confined.py", Self.unit, denied)
        let daemon = try shop.installation.start(
            environment: [
                "NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "3000000", "LIBDISPATCH_LOG": "stderr",
            ],
            wrapper: confined)
        try await socket.receives("READY") { $0["READY"] == "1" }
        try await daemon.ready()
        // The filters are in place: mode 2 of seccomp, and no new privileges.
        let status = try String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8)
        #expect(status.contains("Seccomp:\t2") && status.contains("NoNewPrivs:\t1"))
        try await shop.isRegistered("1")
        try await node.send("1", to: address)
        try await node.mine(2)
        try await shop.reaches("paid", "1")
        daemon.reload()
        try await daemon.logs("reloaded")
        #expect(try await daemon.get("/metrics").body.contains("confirmd_db_up 1"))
        #expect(try await daemon.get("/status.json").status == 200)
        try await socket.receives("that all turns") { $0["WATCHDOG"] == "1" }
        try await shop.terminate(daemon)
        try await shop.proveBooks()
        #expect(!daemon.log.contains("level=error"), "\(daemon.log)")
        let calls = (try? String(contentsOfFile: denied, encoding: .utf8)) ?? ""
        #expect(calls == "", "\(calls)")
        // What Dispatch says, in the journal for a notice, of a thread that may not have its priority. Root may, as LimitNICE= lets
        // the service.
        if getuid() == 0 { #expect(!daemon.log.contains("Failed to set thread priority"), "\(daemon.log)") }
    }
}
