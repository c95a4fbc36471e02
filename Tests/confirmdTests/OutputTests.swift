import Foundation
import TestSupport
import Testing

/// What becomes of output that can't be written: a command says so, and a daemon goes on.
@Suite("Output that nobody takes", .serialized, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct OutputTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    @Test("A command whose output finds a full disk exits 1 and says so")
    func fullDisk() async throws {
        let shop = try await Shop(on: node)
        try await shop.invoice("1", of: "1")
        try await shop.following { _ in try await shop.isRegistered("1") }
        for command in [
            "outbox read", "invoice list", "invoice list --json", "status --json", "balance", "config show",
            "config check", "migrate --check", "project list", "policy show litecoin", "outbox read --follow --limit 1",
        ] {
            let output = try await shell("\"$@\" > /dev/full", command, shop.installation)
            #expect(output.exit == .status(1), "\(command): \(output.stderr)")
            #expect(output.stderr.contains("error: the output can't be written: No space left on device"), "\(command)")
        }
        let help = try await shell("\"$@\" > /dev/full", "--help", nil)
        #expect(help.exit == .status(1) && help.stderr.contains("No space left on device"))
    }

    @Test("A reader that leaves early ends a command without a word")
    func readerLeaves() async throws {
        let shop = try await Shop(on: node)
        for order in 1...3 { try await shop.invoice("\(order)", of: "1") }
        for command in ["invoice list", "config show", "status --watch"] {
            // The reader is gone before there is anything to read.
            let output = try await shell(
                "{ sleep 1; \"$@\"; echo \"status $?\" >&2; } | true", command, shop.installation)
            #expect(output.stderr.hasSuffix("status 141\n") || output.stderr == "status 1\n", "\(output.stderr)")
        }
    }

    /// Runs a command as the arguments of a line of the shell.
    private func shell(_ line: String, _ command: String, _ installation: Installation?) async throws -> Command.Output
    {
        let words = command.split(separator: " ").map(String.init)
        let configuration = installation.map { ["--config", $0.configuration] } ?? []
        return try await Command.run(
            ["bash", "-c", line, "bash", try #require(Executable.path)] + words + configuration)
    }

    @Test("A log that nobody reads stops no payment, and what is lost of it is counted and said")
    func stuckLog() async throws {
        let shop = try await Shop(on: node)
        // Standard error is a pipe of one page, read only once the file is there. Every word of the log goes into it.
        let (gate, log) = (Scratch.newPath("gate"), Scratch.newPath("log"))
        let daemon = try shop.installation.start(wrapper: [
            "python3", "-c",
            """
            import fcntl, os, sys, time
            gate, log, command = sys.argv[1], sys.argv[2], sys.argv[3:]
            reader, writer = os.pipe()
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
            if os.fork() == 0:
                os.close(writer)
                while not os.path.exists(gate): time.sleep(0.05)
                with open(log, "wb", buffering=0) as file:
                    while part := os.read(reader, 65536): file.write(part)
                os._exit(0)
            os.close(reader)
            os.dup2(writer, 2)
            os.close(writer)
            os.execvp(command[0], command + ["--log-level", "debug"])
            """, gate, log,
        ])
        try await daemon.ready()
        var order = 0
        func pay() async throws {
            order += 1
            let address = try await shop.invoice("\(order)", of: "1")
            try await shop.isRegistered("\(order)")
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "\(order)")
        }
        for _ in 1...4 { try await pay() }
        #expect(try await daemon.get("/readyz").status == 200)
        // A reload says a line for each mistake: that fills what may wait.
        let mistakes = (0..<400).map { "x\($0): \(String(repeating: "y", count: 40))\n" }.joined()
        let good = try String(contentsOfFile: shop.installation.configuration, encoding: .utf8)
        try shop.installation.write(main: good + mistakes)
        func lost() async throws -> Int {
            let line = try await daemon.get("/metrics").body.split(separator: "\n")
                .first { $0.hasPrefix("confirmd_log_lines_lost_total ") }
            return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        }
        try await eventually("lines are lost") {
            daemon.reload()
            return try await lost() > 0
        }
        try shop.installation.write(main: good)
        try await pay()
        try "".write(toFile: gate, atomically: false, encoding: .utf8)
        try await eventually("the log says so") {
            daemon.reload()
            let text = try String(contentsOfFile: log, encoding: .utf8)
            return text.contains("msg=\"lines of the log were lost because nobody read it\" lines=")
        }
        try await pay()
        #expect(try await daemon.terminate() == .status(0))
        try await shop.proveBooks()
    }
}
