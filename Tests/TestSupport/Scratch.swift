import Foundation
import Glibc
import Synchronization

/// The folder of this test process, and the watchdog that empties it.
///
/// Every server and file of a test lives below `root`. A small shell holds the reading end of a FIFO whose only
/// writer is this process: when the process ends, however it ends, the shell sees the end of the stream,
/// ends the registered processes and removes the folder. `PR_SET_PDEATHSIG` would not do: it fires when the
/// *thread* that started the child ends, and Swift's and Dispatch's threads come and go.
public enum Scratch {
    /// `/tmp/confirmd-test-XXXXXX`: short, because a socket's path may not exceed 107 bytes.
    public static let root: String = session.root

    /// A new folder below `root`, named after its use and a number. No other user of the machine gets into it: servers that
    /// trust everybody have their sockets there.
    public static func folder(_ name: String) throws -> String {
        let path = newPath(name)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return path
    }

    /// A path below `root` that nothing has yet.
    public static func newPath(_ name: String) -> String {
        "\(session.root)/\(name)-\(counter.add(1, ordering: .relaxed).newValue)"
    }

    /// Has the watchdog end a process when this one ends. Its command line must contain `root`:
    /// that is how a number that was given to another process since is told apart.
    static func watch(_ pid: pid_t) {
        let line = "\(pid)\n"
        _ = line.withCString { write(session.leash, $0, strlen($0)) }
    }

    private static let counter = Atomic(0)
    private static let session = Session()

    private struct Session {
        let root: String
        let leash: Int32

        init() {
            var template = Array("/tmp/confirmd-test-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { fatalError("cannot make a folder in /tmp: errno \(errno)") }
            root = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            // Others may pass but not list: PostgreSQL runs as another user when we are root.
            chmod(root, 0o711)
            let fifo = root + "/leash"
            guard mkfifo(fifo, 0o600) == 0 else { fatalError("cannot make \(fifo): errno \(errno)") }
            // Open for both directions, so that neither side waits for the other.
            leash = open(fifo, O_RDWR | O_CLOEXEC)
            do {
                _ = try spawn(
                    ["setsid", "sh", "-c", Self.watchdog, "watchdog", root], environment: ["PATH": Path.variable],
                    input: "/dev/null", output: "/dev/null", errors: "/dev/null")
            } catch {
                fatalError("\(error)")
            }
        }

        /// SIGQUIT makes PostgreSQL drop everything at once but cleanly; the rest simply ends.
        private static let watchdog = """
            root=$1 pids=
            while read -r pid; do pids="$pids $pid"; done <"$root/leash"
            alive() { grep -qsF "$root" "/proc/$1/cmdline"; }
            for pid in $pids; do alive "$pid" && kill -QUIT "$pid"; done
            for round in 1 2 3 4 5 6 7 8 9 10; do
                left=
                for pid in $pids; do alive "$pid" && left="$left $pid"; done
                [ -n "$left" ] || break
                sleep 0.3
            done
            for pid in $left; do kill -KILL "$pid"; done
            rm -rf "$root"
            """
    }
}
