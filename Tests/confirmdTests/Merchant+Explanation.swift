import Foundation
import TestSupport

/// One finding of `explain`, as `--json` has it.
struct Finding: Decodable {
    let what: String
    let reason: String?
    let about: String
    let why: String
    let next: String?
    let depositId: String?
}

extension [Finding] {
    func has(_ what: String) -> Bool { contains { $0.what == what } }
}

extension Merchant {
    func explain(_ transaction: String) async throws -> [Finding] {
        try await findings(network.name, transaction)
    }

    func explain(order: String) async throws -> [Finding] {
        try await findings("invoice", try await id(of: order))
    }

    func id(of order: String) async throws -> String {
        try await database.value("SELECT id FROM confirmd.invoice WHERE order_id = :'order'", ["order": order]) ?? ""
    }

    private func findings(_ arguments: String...) async throws -> [Finding] {
        let json = try await installation.succeed(["explain"] + arguments + ["--json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Finding].self, from: Data(json.utf8))
    }
}
