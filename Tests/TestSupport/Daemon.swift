import Foundation
import FoundationNetworking
import Glibc

/// A running `confirmd run`.
public final class Daemon: Sendable {
    private let child: Child
    private let logFile: String
    private let port: Int

    init(
        configuration: String, port: Int, log: String, environment: [String: String] = [:], wrapper: [String] = []
    ) throws {
        logFile = log
        self.port = port
        child = try Child(
            wrapper + [try Executable.required, "run", "--config", configuration], environment: environment,
            output: log)
    }

    deinit {
        child.signal(SIGKILL)
    }

    /// What it has written to its log so far.
    public var log: String {
        (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
    }

    public var pid: Int32 { child.pid }

    /// How it ended, or nil while it runs.
    public var exit: Child.Exit? { child.exit }

    /// What one of its endpoints answers, e.g. `/readyz`.
    public func get(_ path: String) async throws -> (status: Int, body: String) {
        var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(path)")!)
        request.timeoutInterval = 5
        let (body, response) = try await URLSession.shared.data(for: request)
        guard let http = response as? HTTPURLResponse else { throw TestFailure("no HTTP response from \(path)") }
        return (http.statusCode, String(decoding: body, as: UTF8.self))
    }

    /// Waits until `/readyz` says that every network is followed.
    public func ready(within limit: Duration = .seconds(30)) async throws {
        try await eventually("confirmd is ready", within: limit) {
            try await self.whileRunning { try await self.get("/readyz") }
        } holds: {
            $0.status == 200
        }
    }

    /// Waits for a line of the log that holds `text`.
    public func logs(_ text: String, within limit: Duration = .seconds(30)) async throws {
        try await eventually("confirmd logs \(text)", within: limit) {
            try await self.whileRunning { self.log }
        } holds: {
            $0.contains(text)
        }
    }

    /// Re-reads the configuration, as `systemctl reload` does.
    public func reload() {
        child.signal(SIGHUP)
    }

    /// Asks it to leave, and does not wait.
    public func askToLeave() {
        child.signal(SIGTERM)
    }

    /// Waits for it to end by itself.
    @discardableResult
    public func ends(within limit: Duration = .seconds(30)) async throws -> Child.Exit {
        try await child.waitForExit(within: limit)
    }

    /// Asks it to leave and waits for that. It promises ten seconds; a busy machine may take more.
    @discardableResult
    public func terminate(within limit: Duration = .seconds(120)) async throws -> Child.Exit {
        child.signal(SIGTERM)
        return try await child.waitForExit(within: limit)
    }

    /// Kills it, as a crash would.
    public func kill() async throws {
        child.signal(SIGKILL)
        try await child.waitForExit()
    }

    /// Stops it in its tracks and lets it go on: a long pause of the host.
    public func freeze() {
        child.signal(SIGSTOP)
    }

    public func thaw() {
        child.signal(SIGCONT)
    }

    /// A daemon that ended can't do what is waited for: say so with its last lines instead of polling on.
    private func whileRunning<Fact>(_ look: () async throws -> Fact) async throws -> Fact {
        if let exit = child.exit {
            throw TestFailure("confirmd ended with \(exit); its last lines:\n\(log.suffix(2_000))", isFinal: true)
        }
        return try await look()
    }
}
