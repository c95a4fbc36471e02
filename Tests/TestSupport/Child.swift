import Foundation
public import Glibc
import Synchronization

/// A process of ours: it can be signaled, waited for, and never outlives the test process.
public final class Child: Sendable {
    /// How a process ended.
    public enum Exit: Equatable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    public let pid: pid_t
    private let command: String
    private let end = End()

    /// What is known of its end. Whoever waits for any child at all, as an exit test does, would wait for ever behind one
    /// that has ended and that nobody takes note of: so a thread of its own does.
    private final class End: Sendable {
        let exit = Mutex<Exit?>(nil)

        func wait(for pid: pid_t) {
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
            exit.withLock { exit in
                var status: Int32 = 0
                guard waitpid(pid, &status, 0) == pid else { return }
                exit = status & 0x7f == 0 ? .status((status >> 8) & 0xff) : .signal(status & 0x7f)
            }
        }
    }

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
        Thread.detachNewThread { [end, pid] in end.wait(for: pid) }
    }

    deinit { signal(SIGQUIT) }

    /// How it ended, or nil while it runs.
    public var exit: Exit? { end.exit.withLock { $0 } }

    /// Sends a signal; nothing happens when the process has ended.
    public func signal(_ number: Int32) {
        // Its number is nobody else's before its end is known.
        end.exit.withLock { exit in _ = exit == nil ? kill(pid, number) : 0 }
    }

    /// Waits for the end. Throws when it doesn't come in time.
    @discardableResult
    public func waitForExit(within limit: Duration = .seconds(30)) async throws -> Exit {
        let deadline = ContinuousClock.now + limit.patiently
        var pause = Duration.milliseconds(1)
        while true {
            if let exit { return exit }
            guard ContinuousClock.now < deadline else {
                throw TestFailure("still running after \(limit.patiently): \(command)")
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(20))
        }
    }
}
