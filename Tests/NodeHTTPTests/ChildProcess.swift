import Foundation

/// A program run beside a test. Foundation's `Process` hands the signal mask of the calling thread on, which on a pool
/// thread blocks SIGTERM, and its `waitUntilExit` needs a run loop; here the child gets a clean mask and three
/// descriptors, so that no socket of a test stays open in it.
final class ChildProcess {
    private let identifier: pid_t
    private let output: Int32
    private var hasEnded = false

    /// Standard output goes to `readOutput`, the others nowhere.
    init(_ command: [String], in folder: URL) throws {
        var ends: [Int32] = [0, 0]
        try Self.check(pipe(&ends) == 0 ? 0 : errno)
        defer { close(ends[1]) }
        output = ends[0]

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_RDWR, 0)
        // One that is not open is not an error.
        for descriptor in Int32(3)..<1_024 { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let inFolder = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder.path] + command
        var arguments = inFolder.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child: pid_t = 0
        try Self.check(posix_spawn(&child, inFolder[0], &actions, &attributes, &arguments, environ))
        identifier = child
    }

    deinit {
        end()
        close(output)
    }

    /// What the child writes next; empty once it has closed its output.
    func readOutput() -> String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(output, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }

    var isRunning: Bool {
        if !hasEnded { hasEnded = waitpid(identifier, nil, WNOHANG) != 0 }
        return !hasEnded
    }

    /// Asks it to end with SIGTERM and waits until it has.
    func end() {
        guard isRunning else { return }
        kill(identifier, SIGTERM)
        waitForEnd()
    }

    func waitForEnd() {
        guard !hasEnded else { return }
        waitpid(identifier, nil, 0)
        hasEnded = true
    }

    private static func check(_ code: Int32) throws {
        if code != 0 { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    }
}
