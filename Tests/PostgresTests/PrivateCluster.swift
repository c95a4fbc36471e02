import Foundation
import Postgres
import Synchronization
import Testing

/// A PostgreSQL server of the tests' own, on a socket in a temporary folder, stopped and deleted when the process ends.
final class PrivateCluster: Sendable {
    /// The one for tests that do not stop it.
    static let shared = Result { try PrivateCluster() }

    private static let running = Mutex<[PrivateCluster]>([])

    let folder: String
    private let binaries: URL

    init() throws {
        binaries = try Self.findBinaries()
        folder = "/tmp/confirmd-pg-\(UInt32.random(in: 0 ... .max))"
        // Nobody else may get to a socket whose server trusts everybody.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        if geteuid() == 0 { chown(folder, 65534, 65534) }
        try run("initdb", ["-D", data, "-A", "trust", "-U", "postgres", "-N", "--no-locale", "-E", "UTF8"])
        try start()
        Self.running.withLock { running in
            if running.isEmpty { atexit { PrivateCluster.removeAll() } }
            running.append(self)
        }
    }

    private var data: String { folder + "/data" }

    func start() throws {
        let options = "-F -c listen_addresses='' -c unix_socket_directories='\(folder)' -c max_connections=200"
        try run("pg_ctl", ["-D", data, "-w", "-l", folder + "/log", "-o", options, "start"])
    }

    func stop(mode: String = "immediate") throws { try run("pg_ctl", ["-D", data, "-w", "-m", mode, "stop"]) }

    /// A connection string: this server's socket, after other hosts if given.
    func url(after host: String? = nil, port: Int = 1, database: String = "postgres", user: String = "postgres")
        -> String
    {
        let hosts = host.map { "host=\($0),\(folder) port=\(port),5432" } ?? "host=\(folder)"
        return "\(hosts) dbname=\(database) user=\(user)"
    }

    /// Patient enough for a machine that is busy with other things.
    func configuration() throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(url: url())
        configuration.connectTimeout = .seconds(30)
        // Tables of these tests have no schema of their own.
        configuration.searchPath = ["public"]
        return configuration
    }

    func connection() throws -> PostgresConnection { PostgresConnection(configuration: try configuration()) }

    private static func removeAll() {
        for cluster in running.withLock({ $0 }) {
            try? cluster.stop()
            try? FileManager.default.removeItem(atPath: cluster.folder)
        }
    }

    /// The folder or version that `CONFIRMD_TEST_POSTGRES` names, else what the path or Debian's folders have.
    private static func findBinaries() throws -> URL {
        let versions = URL(filePath: "/usr/lib/postgresql")
        let environment = ProcessInfo.processInfo.environment
        var folders: [URL] = []
        if let chosen = environment["CONFIRMD_TEST_POSTGRES"] {
            folders = [chosen.contains("/") ? URL(filePath: chosen) : versions.appending(path: chosen + "/bin")]
        } else {
            let installed = (try? FileManager.default.contentsOfDirectory(atPath: versions.path)) ?? []
            folders = installed.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { versions.appending(path: $0 + "/bin") }
            folders += (environment["PATH"] ?? "").split(separator: ":").map { URL(filePath: String($0)) }
        }
        return try #require(
            folders.first { FileManager.default.isExecutableFile(atPath: $0.appending(path: "initdb").path) },
            "no initdb found: install PostgreSQL or set CONFIRMD_TEST_POSTGRES")
    }

    /// The server refuses to run as root, so root runs it as nobody.
    ///
    /// Not by `Process`, which takes a child for running until the server that it started has ended too.
    private func run(_ tool: String, _ arguments: [String]) throws {
        let identity = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let command =
            ["env", "-C", folder] + (geteuid() == 0 ? identity : []) + [binaries.appending(path: tool).path] + arguments
        var words = command.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for output in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(
                &actions, output, folder + "/tools.log", O_WRONLY | O_CREAT | O_APPEND, 0o666)
        }
        var process = pid_t()
        let error = posix_spawnp(&process, command[0], &actions, nil, &words, environ)
        try #require(error == 0, "\(tool) can't be started: \(String(cString: strerror(error)))")
        var status: CInt = -1
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        try #require(status == 0, "\(tool) failed; see \(folder)/tools.log")
    }
}

/// A connection to the shared server.
func sharedConnection(
    _ change: (inout PostgresConfiguration) -> Void = { _ in }
) throws -> PostgresConnection {
    var configuration = try PrivateCluster.shared.get().configuration()
    change(&configuration)
    return PostgresConnection(configuration: configuration)
}

/// Waits until the condition holds, a minute at most.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, "never true: \(what)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Waits until the server says that the fact holds.
func eventually(
    _ connection: PostgresConnection, _ fact: String, _ values: [PostgresValue] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    try await eventually("\(fact)", sourceLocation: sourceLocation) {
        try await connection.query("select coalesce((\(fact)), false)", values).only.decode(0)
    }
}

/// Waits until the backend with this number is in `pg_sleep`.
func untilAsleep(_ backend: Int32, _ observer: PostgresConnection) async throws {
    try await eventually(
        observer, "select wait_event = 'PgSleep' from pg_stat_activity where pid = $1", [.int4(backend)])
}

/// The error that the work throws.
func postgresError<Value>(
    sourceLocation: SourceLocation = #_sourceLocation, _ work: () async throws -> Value
) async throws -> PostgresError {
    let error = await #expect(throws: PostgresError.self, sourceLocation: sourceLocation) { _ = try await work() }
    return try #require(error, sourceLocation: sourceLocation)
}

extension PostgresConnection {
    /// The number of the server process behind this connection.
    func backend() async throws -> Int32 { try await query("select pg_backend_pid()").only.decode(0) }
}
