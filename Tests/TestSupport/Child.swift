import Foundation
public import Glibc
import Synchronization

/// A process of ours: it can be signalled, waited for, and never outlives the test process.
public final class Child: Sendable {
    /// How a process ended.
    public enum Exit: Equatable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    public let pid: pid_t
    private let command: String
    private let ended = Mutex<Exit?>(nil)

    /// Starts `command`, looked up on PATH, in a session of its own so that a terminal's Ctrl-C passes it by.
    /// Its output goes to the files named (appended). One argument must lie below `Scratch.root`
    /// for the watchdog to know the process.
    public init(
        _ command: [String], environment: [String: String] = [:], input: String = "/dev/null",
        output: String = "/dev/null", errors: String? = nil
    ) throws {
        let variables = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        self.command = command.joined(separator: " ")
        pid = try spawn(
            ["setsid"] + command, environment: variables, input: input, output: output, errors: errors ?? output)
        Scratch.watch(pid)
    }

    deinit {
        if exit == nil { kill(pid, SIGQUIT) }
    }

    /// How it ended, or nil while it runs.
    public var exit: Exit? {
        ended.withLock { ended in
            var status: Int32 = 0
            if ended == nil, waitpid(pid, &status, WNOHANG) == pid {
                ended = status & 0x7f == 0 ? .status((status >> 8) & 0xff) : .signal(status & 0x7f)
            }
            return ended
        }
    }

    /// Sends a signal; nothing happens when the process has ended.
    public func signal(_ number: Int32) {
        // An unreaped process keeps its number, so this cannot hit another one.
        if exit == nil { kill(pid, number) }
    }

    /// Waits for the end. Throws when it doesn't come in time.
    @discardableResult
    public func waitForExit(within limit: Duration = .seconds(30)) async throws -> Exit {
        let deadline = ContinuousClock.now + limit
        var pause = Duration.milliseconds(1)
        while true {
            if let exit { return exit }
            guard ContinuousClock.now < deadline else {
                throw TestFailure("still running after \(limit): \(command)")
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(20))
        }
    }
}
