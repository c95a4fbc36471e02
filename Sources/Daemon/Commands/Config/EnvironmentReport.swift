import Chain
import Foundation
import Postgres
import Store

/// What a check of the configuration has found.
struct EnvironmentReport: Encodable, Sendable {
    private(set) var looked: [String] = []
    var errors: [String] = []
    var warnings: [String] = []

    mutating func looked(at what: String) { looked.append(what) }

    var text: String {
        let lines = errors.map { "error: " + $0 } + warnings.map { "warning: " + $0 } + looked.map { "ok: " + $0 }
        let verdict =
            errors.isEmpty
            ? "the configuration can be used"
            : "the configuration can't be used: \(errors.count == 1 ? "one problem" : "\(errors.count) problems")"
        return (lines + [verdict]).map { $0 + "\n" }.joined()
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    mutating func add(_ failure: CommandFailure) {
        errors.append([failure.message, failure.advice].compactMap(\.self).joined(separator: "; "))
    }

    // MARK: The endpoints

    /// Whether a daemon could open its endpoints here, or has done so.
    mutating func check(_ address: ListenAddress) async {
        switch ListenTrial(address) {
        case .free: looked(at: "listen \(address): free")
        case .taken where await LocalDaemon(address).networks() != nil:
            looked(at: "listen \(address): a daemon is there")
        case .taken:
            errors.append("listen \(address): another program listens there; end it, or set another port")
        case .impossible(let reason):
            errors.append("listen \(address): \(reason); set an address of this host")
        }
    }

    // MARK: The database

    static let openSchemaWarning = """
        every role may create functions and operators in schema public of this database, and a program that looks there may \
        take them for PostgreSQL's own; confirmd does not, others may; as a superuser run in it: \
        REVOKE CREATE ON SCHEMA public FROM PUBLIC
        """

    mutating func check(_ database: PostgresConfiguration, _ networks: [NetworkConfiguration]) async {
        var database = database
        database.connectTimeout = .seconds(10)
        let connection = PostgresConnection(configuration: database, logger: .silent)
        let migrator = Migrator(connection)
        do {
            if try await migrator.isPublicSchemaOpen() { warnings.append(Self.openSchemaWarning) }
            let standing = try await migrator.standing()
            if case .behind = standing {
                errors += try await MigrationObstacle.find(connection).map { "database \(database): \($0.words)" }
            }
            try standing.requireFit()
            for flaw in try await DurabilityFlaw.find(connection) {
                let problem = "database \(database): \(flaw.words)"
                if flaw == .fsync { errors.append(problem) } else { warnings.append(problem) }
            }
            if await connection.isPooled {
                let needed = 2 * networks.count + 4
                let had = await Self.connections(needed, to: database)
                if had < needed {
                    warnings.append(
                        """
                        database \(database): the pooler gave \(had) connections at once, a daemon needs \(needed) (two for \
                        each network and four more); unless one that runs has the others, give it a larger pool
                        """)
                }
            }
            looked(at: "database \(database)")
        } catch {
            add(CommandFailure(presenting: error) ?? CommandFailure(message: "\(error)"))
        }
    }

    /// How many of so many connections that are made at once are answered.
    private static func connections(_ count: Int, to database: PostgresConfiguration) async -> Int {
        let connections = (1...count).map { _ in PostgresConnection(configuration: database, logger: .silent) }
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for connection in connections {
                group.addTask { (try? await connection.connect()) != nil }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for connection in connections { await connection.close() }
        return outcomes.count { $0 }
    }

    // MARK: The nodes

    /// Whether a node serves the configured chain, is synced, and is of a version to be trusted.
    mutating func check(_ node: any ChainNode, of network: NetworkConfiguration) async {
        let place = "network \(network.network), node \(node.name)"
        do throws(NodeError) {
            let state = try await node.state()
            if let lack = state.lack {
                warnings.append("\(place): still downloading the chain: \(lack); confirmd waits for it")
            }
            if let keptFrom = state.keptFrom {
                warnings.append(
                    """
                    \(place): it is pruned and keeps blocks from \(keptFrom) on; after an outage of confirmd that is longer \
                    than what it keeps, the network stands still until another node gives the blocks between
                    """)
            }
            let software = try await node.software()
            if let software,
                let floor = network.minimumNodeVersion ?? network.adapter.minimumNodeVersion(software),
                software.version < floor
            {
                let problem = """
                    \(place): version \(software.version) is older than \(floor), the oldest to be trusted with money; upgrade \
                    it, or set minimum_node_version
                    """
                if network.adapter.isMain { errors.append(problem) } else { warnings.append(problem) }
            }
            looked(at: "\(place): block \(state.tip.height)\(software.map { ", version \($0.version)" } ?? "")")
        } catch {
            errors.append("\(place): \(error.message)")
        }
    }
}
