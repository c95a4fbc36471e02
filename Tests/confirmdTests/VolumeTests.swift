import Foundation
import Glibc
import TestSupport
import Testing

/// Failures are told as loud as they are: a warning within seconds, in plain words, with what to do.
@Suite("What goes wrong is said", .serialized, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct VolumeTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    /// The first line of that level that holds the text.
    private func line(_ text: String, _ level: String, in daemon: Daemon) -> Substring? {
        daemon.log.split(separator: "\n").first { $0.contains(" level=\(level) ") && $0.contains(text) }
    }

    private func says(_ text: String, _ level: String, in daemon: Daemon) async throws -> String {
        try await eventually("a \(level) says \(text)") { line(text, level, in: daemon) != nil }
        return line(text, level, in: daemon).map(String.init) ?? ""
    }

    @Test("All nodes of a network are away: a warning, each node by name, and what to do")
    func nodesAway() async throws {
        let desk = try await Desk()
        let daemon = try desk.installation.start()
        let network = try await says("msg=\"the network is not read, and no payment is seen\"", "warning", in: daemon)
        #expect(network.contains(" lane=litecoin ") && network.contains("reason=\"no node answers properly: "))
        #expect(network.contains(" next=\"see that a node runs and can be reached"))
        let node = try await says("msg=node health=failing", "warning", in: daemon)
        #expect(node.contains(" node=http://127.0.0.1:1 ") && node.contains(" reason=\"unreachable: "))
        #expect(!daemon.log.contains("failing("), "no text of a program's")
        try await daemon.terminate()
    }

    @Test("The synchronous standby is gone: commits wait, and log, status and /readyz say for what")
    func standbyGone() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        try await shop.following { daemon in
            try await server.administration.execute(
                "ALTER SYSTEM SET synchronous_standby_names = 'standby'; SELECT pg_reload_conf()")
            try await node.mine()
            let line = try await says("commits wait for a synchronous standby", "warning", in: daemon)
            #expect(line.contains(" next=\"bring back a standby of synchronous_standby_names"))
            let answer = try await eventually(
                "it is not ready", look: { try await daemon.get("/readyz") }, holds: { $0.status == 503 })
            #expect(
                answer.body.contains("\"database\":\"commits wait for a synchronous standby that does not answer\""))
            #expect(try await daemon.get("/metrics").body.contains("\nconfirmd_db_commit_wait_seconds "))
            try await server.administration.execute(
                "ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf()")
            _ = try await says("commits are confirmed again", "notice", in: daemon)
            try await daemon.ready(within: .seconds(90))
        }
    }

    @Test("No connection is left: a warning says how many are needed")
    func noConnectionLeft() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        try await server.administration.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 0 IN ROLE confirmd_daemon")
        try shop.installation.write(
            main: """
                database: { url: "\(shop.database.url(user: "narrow"))" }
                listen: 127.0.0.1:\(shop.installation.port)

                """)
        let daemon = try shop.installation.start()
        let line = try await says("msg=\"the database can't be used", "warning", in: daemon)
        #expect(line.contains("too many connections for role"), "\(line)")
        #expect(line.contains("a daemon needs two connections for each network"), "\(line)")
        #expect(line.contains("raise max_connections, the role's CONNECTION LIMIT or the pool's size"), "\(line)")
        try await daemon.terminate()
    }

    @Test("A reload that is refused stays told: in the status, by the unit's reload, and until the file is right again")
    func reloadRefused() async throws {
        let shop = try await Shop(on: node)
        let socket = try NotifySocket()
        let daemon = try shop.installation.start(environment: ["NOTIFY_SOCKET": socket.name])
        let first = try await socket.receives("that the network is followed") { $0["STATUS"] == "litecoin following" }
        let good = try String(contentsOfFile: shop.installation.configuration, encoding: .utf8)
        try shop.installation.write(main: good + "lissten: 1\n")
        daemon.reload()
        let refused = try await socket.receives("that the file is refused", from: first) {
            $0["STATUS"]?.hasPrefix("the configuration can't be used, the former one stays in force: ") == true
        }
        let text = try #require(socket.messages[refused]["STATUS"])
        #expect(text.contains("confirmd.yaml:3:1: unknown key \"lissten\"") && text.hasSuffix("; litecoin following"))
        // What systemctl reload goes by.
        let reload = try String(contentsOfFile: Package.file("deploy/confirmd.service"), encoding: .utf8)
            .split(separator: "\n").filter { $0.hasPrefix("ExecReload=") }
        #expect(reload.count == 2 && reload[0].hasSuffix("/bin/kill -HUP $MAINPID"))
        let words = try #require(reload.last).split(separator: " ").dropFirst().map(String.init)
        func run() async throws -> Command.Output {
            try await Executable.run(
                words.map { $0 == "/etc/confirmd/confirmd.yaml" ? shop.installation.configuration : $0 })
        }
        #expect(try await run().exit == .status(78))
        try shop.installation.write(main: good)
        #expect(try await run().exit == .status(0))
        daemon.reload()
        try await socket.receives("that all is well", from: refused) { $0["STATUS"] == "litecoin following" }
        try await daemon.terminate()
    }

    @Test("A unit that failed says why: a schema that is behind, a port that is taken, a configuration with a mistake")
    func failedUnit() async throws {
        func lastStatus(_ desk: Desk, exit: Int32) async throws -> String {
            let socket = try NotifySocket()
            let daemon = try desk.installation.start(environment: ["NOTIFY_SOCKET": socket.name])
            #expect(try await daemon.ends() == .status(exit))
            let place = try await socket.receives("why") { $0["STATUS"]?.hasPrefix("failed: ") == true }
            #expect(socket.messages.suffix(from: place + 1).allSatisfy { $0["STATUS"] == nil })
            return try #require(socket.messages[place]["STATUS"])
        }
        let behind = try await lastStatus(try await Desk(isMigrated: false), exit: 1)
        #expect(behind.contains("schema lacks 0001-baseline") && behind.contains("confirmd migrate"), "\(behind)")
        let desk = try await Desk()
        let listener = try SilentListener()
        let database = "database: { url: \"\(desk.database.url)\" }\n"
        try desk.installation.write(main: database + "listen: 127.0.0.1:\(listener.port)\n")
        #expect(try await lastStatus(desk, exit: 1).contains("can't listen on 127.0.0.1:\(listener.port)"))
        try desk.installation.write(main: database + "lissten: 1\n")
        #expect(try await lastStatus(desk, exit: 78).contains("unknown key \"lissten\""))
    }
}
