import Foundation
import Glibc
import TestSupport
import Testing

/// What systemd is told, by a socket of the tests' own.
@Suite("Service", .serialized, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct ServiceTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    private func environment(_ socket: NotifySocket, watchdog: Duration? = nil) -> [String: String] {
        var variables = ["NOTIFY_SOCKET": socket.name]
        if let watchdog { variables["WATCHDOG_USEC"] = String(Int64(watchdog / .microseconds(1))) }
        return variables
    }

    @Test("Ready, reloading and ready again, leaving", arguments: [NotifySocket.Kind.path, .abstract])
    func life(_ kind: NotifySocket.Kind) async throws {
        let shop = try await Shop(on: node)
        let socket = try NotifySocket(kind)
        let daemon = try shop.installation.start(environment: environment(socket))
        let ready = try await socket.receives("READY") { $0["READY"] == "1" }
        #expect(try await daemon.get("/healthz").status == 200)
        try await socket.receives("that the network is followed") { $0["STATUS"] == "litecoin following" }

        let before = clock_gettime_nsec(CLOCK_MONOTONIC) / 1_000
        daemon.reload()
        let reloading = try await socket.receives("RELOADING", from: ready + 1) { $0["RELOADING"] == "1" }
        let time = try #require(socket.messages[reloading]["MONOTONIC_USEC"].flatMap { UInt64($0) })
        #expect(time >= before && time <= clock_gettime_nsec(CLOCK_MONOTONIC) / 1_000)
        let again = try await socket.receives("READY again", from: reloading + 1) { $0["READY"] == "1" }
        try await daemon.logs("reloaded")

        daemon.askToLeave()
        let stopping = try await socket.receives("STOPPING", from: again + 1) { $0["STOPPING"] == "1" }
        let message = socket.messages[stopping]
        #expect(message["STATUS"] == "leaving")
        #expect(message["EXTEND_TIMEOUT_USEC"] == "15000000")
        #expect(try await daemon.ends(within: .seconds(120)) == .status(0))
        #expect(socket.messages.filter { $0["READY"] != nil }.count == 2)
        // Nobody asked for it.
        #expect(socket.messages.allSatisfy { $0["WATCHDOG"] == nil })
    }

    @Test("Without a database it is ready, says so, and feeds the watchdog; so it does while PostgreSQL stands still")
    func databaseAway() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        try await server.stop()
        let socket = try NotifySocket()
        let daemon = try shop.installation.start(environment: environment(socket, watchdog: .milliseconds(1_500)))
        try await socket.receives("READY") { $0["READY"] == "1" }
        let waiting = try await socket.receives("what is missing") { $0["STATUS"]?.hasPrefix("database: ") == true }
        #expect(socket.messages[waiting]["STATUS"] != "database: answers")
        try await isFed(socket)

        try await server.start()
        let following = try await socket.receives("that all is well") { $0["STATUS"] == "litecoin following" }
        let processes = try await server.processes
        processes.forEach { kill($0, SIGSTOP) }
        defer { processes.forEach { kill($0, SIGCONT) } }
        try await socket.receives("that the database stands still", from: following) {
            $0["STATUS"]?.hasPrefix("database: ") == true
        }
        try await isFed(socket)
        processes.forEach { kill($0, SIGCONT) }
        try await daemon.ready()
        try await shop.terminate(daemon)
    }

    /// The watchdog is fed again and again from now on.
    private func isFed(_ socket: NotifySocket, times: Int = 8) async throws {
        let first = socket.messages.count
        try await eventually("the watchdog is fed \(times) times") {
            socket.messages.dropFirst(first).count { $0["WATCHDOG"] == "1" } >= times
        }
    }

    @Test("A schema that does not fit ends it with a clear line, and it was never ready")
    func schemaBehind() async throws {
        let desk = try await Desk(isMigrated: false)
        let socket = try NotifySocket()
        let daemon = try desk.installation.start(environment: environment(socket))
        #expect(try await daemon.ends() == .status(1))
        #expect(daemon.log.contains("error: the database's schema lacks 0001-baseline"), "\(daemon.log)")
        #expect(daemon.log.contains("Run: confirmd migrate"))
        #expect(socket.messages.allSatisfy { $0["READY"] == nil }, "\(socket.messages)")
    }

    @Test("A port that is taken ends it, and it was never ready")
    func portTaken() async throws {
        let desk = try await Desk()
        let listener = try SilentListener()
        try desk.installation.write(
            main: "database: { url: \"\(desk.database.url)\" }\nlisten: 127.0.0.1:\(listener.port)\n")
        let socket = try NotifySocket()
        let daemon = try desk.installation.start(environment: environment(socket))
        #expect(try await daemon.ends() == .status(1))
        #expect(daemon.log.contains("can't listen on 127.0.0.1:\(listener.port)"), "\(daemon.log)")
        #expect(socket.messages.allSatisfy { $0["READY"] == nil }, "\(socket.messages)")
    }

    @Test("A socket that nobody reads, or that is not there, holds nothing up")
    func deafManager() async throws {
        let shop = try await Shop(on: node)
        let path = Scratch.newPath("deaf")
        let deaf = try Child(
            [
                "python3", "-c",
                "import socket, signal, sys\n"
                    + "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); signal.pause()", path,
            ])
        defer { deaf.signal(SIGKILL) }
        try await eventually("the socket is there") { FileManager.default.fileExists(atPath: path) }
        for name in [path, "/nowhere/notify", "relative", "@" + String(repeating: "x", count: 200)] {
            let daemon = try shop.installation.start(
                environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000"])
            try await daemon.ready()
            for _ in 1...3 {
                daemon.reload()
                try await eventually("it goes on") { try await daemon.get("/healthz").status == 200 }
            }
            try await shop.terminate(daemon)
        }
    }

    @Test(
        "In the journal each line begins with its priority", .enabled(if: Python.path != nil, "needs .build-python"))
    func journal() async throws {
        let desk = try await Desk(isMigrated: false)
        let command = try Python.command("Tests/Python/journal.py") + [try #require(Executable.path), "run"]
        let output = try await Command.run(command + ["--config", desk.installation.configuration])
        let lines = output.stdout.split(separator: "\n")
        #expect(lines.first?.hasPrefix("<6>level=info msg=starting database=") == true, "\(output.stdout)")
        #expect(lines.contains { $0.contains("error: the database's schema lacks") })
        // Behind a redirection there is no journal, whatever the environment says.
        let plain = try await Executable.run(
            ["run", "--config", desk.installation.configuration], environment: ["JOURNAL_STREAM": "1:1"])
        #expect(plain.stderr.split(separator: "\n").first?.contains(" level=info msg=starting database=") == true)
    }
}

extension PrivatePostgres {
    /// The server's processes, the first one first.
    var processes: [pid_t] {
        get async throws {
            let file = try String(contentsOfFile: dataFolder + "/postmaster.pid", encoding: .utf8)
            let parent = try #require(file.split(separator: "\n").first.flatMap { pid_t($0) })
            let children = try await Command.run(["pgrep", "-P", String(parent)]).stdout.split(separator: "\n")
            return [parent] + children.compactMap { pid_t($0) }
        }
    }
}

private func clock_gettime_nsec(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
