import Foundation
import Glibc
import TestSupport
import Testing

/// The number of an account that every Debian has.
private func account(_ name: String) -> UInt32? { getpwnam(name)?.pointee.pw_uid }

private let mayBecomeOthers =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") && account("games") != nil
    && account("mail") != nil

/// What deploy/demo starts is for whoever starts it alone.
@Suite("Demo", .enabled(if: geteuid() == 0 && mayBecomeOthers, "needs root and the accounts games and mail"))
struct DemoTests {
    private static func become(_ user: UInt32) -> [String] {
        ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"]
    }

    /// Runs the demo's own function that starts PostgreSQL, as that user, and the body while the server is up.
    private func server(of user: UInt32, _ body: (_ folder: String) async throws -> Void) async throws {
        let folder = Scratch.newPath("demo")
        // As mktemp and the script make it.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o711])
        chown(folder, user, user)
        let demo = Package.file("deploy/demo")
        let script = """
            set -euo pipefail
            umask 077
            folder=\(folder)
            fail() { echo "$*" >&2; exit 1; }
            check_daemon() { :; }
            fail_with_log() { fail "$@"; }
            eval "$(sed -n '/^until_true()/,/^}/p; /^start()/,/^}/p; /^start_postgres()/,/^}/p' \(demo))"
            start_postgres
            echo ready
            wait "$postgres"
            """
        let log = Scratch.newPath("demo-log")
        let child = try Child(Self.become(user) + ["env", "HOME=\(folder)", "bash", "-c", script], output: log)
        defer { child.signal(SIGTERM) }
        try await eventually("the demo's PostgreSQL is up", within: .seconds(60)) {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let exit = child.exit { throw TestFailure("it ended with \(exit): \(text)", isFinal: true) }
            return text.contains("ready")
        }
        try await body(folder)
    }

    @Test("Another user of the host gets no session of the demo's database, by any name")
    func database() async throws {
        let (owner, stranger) = (try #require(account("games")), try #require(account("mail")))
        try await server(of: owner) { folder in
            func session(of user: UInt32, as role: String) async throws -> Command.Output {
                try await Command.run(
                    Self.become(user) + [
                        "psql", "-X", "-A", "-t", "-h", "\(folder)/postgres", "-U", role, "-d", "confirmd", "-c",
                        "SELECT 1",
                    ])
            }
            for role in ["postgres", "games", "root"] {
                let outcome = try await session(of: stranger, as: role)
                #expect(outcome.status != 0 && outcome.stderr.contains("Permission denied"), "\(outcome.stderr)")
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/postgres")
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test("No secret of the demo is fixed or on a command line")
    func secrets() throws {
        let demo = try String(contentsOfFile: Package.file("deploy/demo"), encoding: .utf8)
        #expect(!demo.contains("-A trust") && !demo.contains(#/rpcpassword=\w/#))
        #expect(demo.contains("umask 077"))
    }
}
