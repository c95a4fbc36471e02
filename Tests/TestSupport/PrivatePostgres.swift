import Foundation
import Glibc

/// A PostgreSQL server of the tests' own: in a temporary folder, on a unix socket only, trusting everybody who gets there:
/// its own user and root.
///
/// `shared` is one server for the whole test process; a test that stops a server starts its own.
public actor PrivatePostgres {
    /// The server that suites share, each with a database of its own. Started at first use.
    public static var shared: PrivatePostgres {
        get async throws { try await starting.value }
    }
    private static let starting = Task { try await PrivatePostgres() }

    /// Where the server's programs are, e.g. `/usr/lib/postgresql/15/bin`.
    public nonisolated let binaries: String
    /// The folder of its socket.
    public nonisolated let socketFolder: String
    /// The data folder.
    public nonisolated let dataFolder: String
    private let logFile: String
    private var server: Child?
    private var databases = 0

    /// Makes and starts a server. `durable` keeps fsync on (for tests of crashes); without it a commit
    /// survives `stop(immediate:)`, but not the machine. `settings` are further lines of postgresql.conf.
    public init(durable: Bool = false, settings: String = "") async throws {
        binaries = try Self.findBinaries()
        let folder = try Scratch.folder("postgres")
        socketFolder = folder
        dataFolder = folder + "/data"
        logFile = folder + "/log"
        if !Self.account.isEmpty { chown(folder, Self.nobody, Self.nobody) }
        try await Command.succeed(
            inFolder([
                "\(binaries)/initdb", "-D", dataFolder, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--no-locale", "-N",
            ]))
        try Self.append(
            Self.settings(socketFolder: folder, durable: durable) + settings, to: dataFolder + "/postgresql.conf")
        try await start()
    }

    /// A standby with what `primary` holds now. It follows nobody: what the primary writes from here on is lost to it.
    public init(copying primary: PrivatePostgres) async throws {
        binaries = primary.binaries
        let folder = try Scratch.folder("postgres")
        socketFolder = folder
        dataFolder = folder + "/data"
        logFile = folder + "/log"
        if !Self.account.isEmpty { chown(folder, Self.nobody, Self.nobody) }
        try await Command.succeed(
            inFolder([
                "\(binaries)/pg_basebackup", "-D", dataFolder, "-h", primary.socketFolder, "-p",
                "\(TestDatabase.port)", "-U", "postgres", "-c", "fast", "-X", "stream",
            ]))
        try Self.append("unix_socket_directories = '\(folder)'\n", to: dataFolder + "/postgresql.conf")
        try "".write(toFile: dataFolder + "/standby.signal", atomically: false, encoding: .utf8)
        try await start()
    }

    /// Starts the server again, and waits until it takes connections.
    public func start() async throws {
        precondition(server?.exit != nil || server == nil, "the server runs already")
        let child = try Child(inFolder(["\(binaries)/postgres", "-D", dataFolder]), output: logFile)
        server = child
        try await eventually("PostgreSQL is ready", within: .seconds(60)) {
            if let exit = child.exit { throw TestFailure("postgres ended with \(exit): \(self.log)", isFinal: true) }
            return self.isReady(child.pid)
        }
    }

    /// Stops the server and waits for its end; clients lose their connections.
    /// `immediate`: without a checkpoint, as a crash would, so that the next start recovers from the log.
    public func stop(immediate: Bool = false) async throws {
        server?.signal(immediate ? SIGQUIT : SIGINT)
        try await server?.waitForExit()
        server = nil
    }

    /// A copy of the data folder of a stopped server, as a snapshot of its disk would be; its path.
    public func snapshot() async throws -> String {
        precondition(server == nil, "the server runs")
        let path = socketFolder + "/snapshot-\(UUID().uuidString)"
        try await Command.succeed(["cp", "-a", dataFolder, path])
        return path
    }

    /// Puts a stopped server's data folder back to what it was at a snapshot.
    public func restore(_ snapshot: String) async throws {
        precondition(server == nil, "the server runs")
        try FileManager.default.removeItem(atPath: dataFolder)
        try await Command.succeed(["cp", "-a", snapshot, dataFolder])
    }

    /// A new empty database, or a copy of `template` (which nobody may be connected to).
    public func createDatabase(
        template: TestDatabase? = nil, encoding: String = "UTF8"
    ) async throws -> TestDatabase {
        databases += 1
        let database = database("test_\(databases)")
        try await administration.execute(
            "CREATE DATABASE \(database.name) TEMPLATE \(template?.name ?? "template0") ENCODING '\(encoding)'")
        return database
    }

    /// A database that is there already.
    public nonisolated func database(_ name: String) -> TestDatabase {
        TestDatabase(name: name, socketFolder: socketFolder, binaries: binaries)
    }

    /// The server's own database, for questions about the server.
    public nonisolated var administration: TestDatabase {
        database("postgres")
    }

    /// What the server has logged.
    public nonisolated var log: String {
        (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
    }

    /// The last line of postmaster.pid says `ready`; the first is the process that says so.
    private func isReady(_ pid: pid_t) -> Bool {
        let file = (try? String(contentsOfFile: dataFolder + "/postmaster.pid", encoding: .utf8)) ?? ""
        let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count > 7 && Int32(lines[0]) == pid && lines[7].hasPrefix("ready")
    }

    /// As the right user, and in a folder that this user can enter.
    private nonisolated func inFolder(_ command: [String]) -> [String] {
        ["env", "--chdir=\(socketFolder)"] + Self.account + command
    }

    private static func settings(socketFolder: String, durable: Bool) -> String {
        var settings = """

            listen_addresses = ''
            unix_socket_directories = '\(socketFolder)'
            unix_socket_permissions = 0700
            port = \(TestDatabase.port)
            max_connections = 500
            shared_buffers = 64MB
            log_line_prefix = '%m [%p] %d '

            """
        if !durable { settings += "fsync = off\nfull_page_writes = off\n" }
        return settings
    }

    private static func append(_ text: String, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }
}
