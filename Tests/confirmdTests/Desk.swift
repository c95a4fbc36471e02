import Foundation
import TestSupport

/// An operator's desk: a database of its own and the commands, without any node behind the configuration.
struct Desk {
    let database: TestDatabase
    let installation: Installation

    init(isMigrated: Bool = true) async throws {
        database = try await PrivatePostgres.shared.createDatabase()
        installation = try Installation(database: database.url, networks: [Self.network])
        if isMigrated { try await installation.succeed("migrate") }
    }

    /// Nobody listens on that port.
    static let network = NetworkFile(
        name: "litecoin",
        text: """
            network: litecoin
            family: bitcoin
            chain: regtest
            coin: litecoin
            nodes:
              - { url: "http://127.0.0.1:1" }
            confirmations: { credit: 2, final: 4 }
            assets:
              - { code: LTC, decimals: 8, min_deposit: "0.0001" }

            """)

    /// Runs a command that must fail with that status, and returns what it says on standard error.
    func fail(_ status: Int32, _ arguments: String...) async throws -> String {
        let output = try await Executable.run(arguments + ["--config", installation.configuration])
        guard output.exit == .status(status) else {
            throw TestFailure("\(arguments.joined(separator: " ")): \(output.exit), not \(status): \(output.stderr)")
        }
        return output.stderr
    }

    /// Runs a reading command with `--json` and decodes its answer.
    func read<Answer: Decodable>(_ type: Answer.Type, _ arguments: String...) async throws -> Answer {
        let json = try await installation.succeed(arguments + ["--json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(json.utf8))
    }
}
