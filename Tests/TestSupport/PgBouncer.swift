import Foundation
import Glibc

/// A private PgBouncer before a private PostgreSQL server, on a unix socket only, letting in everybody whom the server lets in.
public final class PgBouncer: Sendable {
    /// Whether it is here.
    public static var isInstalled: Bool { program != nil }

    private static let program = Path.find("pgbouncer") ?? ["/usr/sbin/pgbouncer"].first { access($0, X_OK) == 0 }

    private let child: Child
    private let folder: String
    private static let port = 6432

    /// - Parameters:
    ///   - mode: `session`, `transaction` or `statement`.
    ///   - pool: how many sessions of the server each user of each database has.
    ///   - ignoring: startup parameters that are dropped; PgBouncer as it comes refuses them.
    public init(
        before server: PrivatePostgres, mode: String, pool: Int = 30, ignoring: String = "",
        users: [String] = ["postgres"]
    ) async throws {
        guard let program = Self.program else {
            throw TestFailure("pgbouncer is not installed; deploy/test installs it")
        }
        folder = try Scratch.folder("pgbouncer")
        if !PrivatePostgres.account.isEmpty { chown(folder, PrivatePostgres.nobody, PrivatePostgres.nobody) }
        try users.map { "\"\($0)\" \"\"\n" }.joined().write(
            toFile: folder + "/users", atomically: false, encoding: .utf8)
        try """
        [databases]
        * = host=\(server.socketFolder) port=\(TestDatabase.port)
        [pgbouncer]
        listen_addr =
        listen_port = \(Self.port)
        unix_socket_dir = \(folder)
        auth_type = trust
        auth_file = \(folder)/users
        pool_mode = \(mode)
        default_pool_size = \(pool)
        max_client_conn = 500
        ignore_startup_parameters = \(ignoring)

        """.write(toFile: folder + "/ini", atomically: false, encoding: .utf8)
        child = try Child(
            ["env", "--chdir=\(folder)"] + PrivatePostgres.account + [program, folder + "/ini"], output: folder + "/log"
        )
        let (child, folder) = (child, folder)
        try await eventually("PgBouncer listens") {
            if let exit = child.exit {
                let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
                throw TestFailure("pgbouncer ended with \(exit): \(log)", isFinal: true)
            }
            return UnixSocket.connect(to: "\(folder)/.s.PGSQL.\(Self.port)").map { close($0) } != nil
        }
    }

    /// A libpq connection URI that leads to a database through it.
    public func url(of database: TestDatabase, user: String = "postgres") -> String {
        "postgresql:///\(database.name)?host=\(folder)&port=\(Self.port)&user=\(user)"
    }
}
