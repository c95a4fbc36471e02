import NodeHTTP
import TestSupport

@testable import Devnet

/// A node without HTTP, and what it answers.
extension Node {
    static func made(seed: UInt64 = 1, blocks: Int = 30, apiKey: String? = nil) -> Node {
        Node(seed: Seed(number: seed), solidLag: 18, start: 1_700_000_001_000, blocks: blocks, apiKey: apiKey)
    }

    /// The answer of a call, `wallet/getnowblock` say, that succeeds.
    mutating func ask(_ path: String, _ parameters: [String: String] = [:]) throws -> JSONValue {
        guard case .answer(let value) = answer("/" + path, Parameters(parameters), apiKey: nil) else {
            throw TestFailure("\(path) fails")
        }
        return value
    }

    /// The HTTP status of a call, or 200 where there is an answer.
    mutating func status(of path: String, apiKey: String? = nil) -> Int {
        switch answer("/" + path, Parameters([:]), apiKey: apiKey) {
        case .answer, .truncated, .silence: 200
        case .status(let status, _): status
        }
    }

    /// Carries out a command that succeeds.
    @discardableResult
    mutating func perform(_ name: String, _ parameters: [String: String] = [:]) throws -> JSONValue {
        switch command(name, Parameters(parameters), now: nil) {
        case .answer(let value): return value
        case .status(_, let body): throw TestFailure("\(name): \(body)")
        case .truncated, .silence: throw TestFailure("\(name) has no answer")
        }
    }

    /// The results of the block at a height.
    mutating func infos(at height: Int, in interface: String = "wallet") throws -> [JSONValue] {
        guard case .array(let infos) = try ask("\(interface)/gettransactioninfobyblocknum", ["num": String(height)])
        else { throw TestFailure("no array") }
        return infos
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? { if case .object(let members) = self { members[name] } else { nil } }
    subscript(index: Int) -> JSONValue? {
        if case .array(let values) = self, values.indices.contains(index) { values[index] } else { nil }
    }
    var count: Int { if case .array(let values) = self { values.count } else { 0 } }
}
