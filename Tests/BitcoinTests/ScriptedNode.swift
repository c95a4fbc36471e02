import Bitcoin
import Chain
import Foundation
import NodeHTTP
import TestSupport

/// A node that answers over HTTP what a test tells it to, one connection for each request.
final class ScriptedNode: Sendable {
    /// The members of an answer besides its id, `"result":…` or `"error":…`, to a method and its parameters, of which
    /// most have one; true and false are 1 and 0.
    typealias Script = @Sendable (_ method: String, _ parameters: String) -> String
    /// What lies at a path below `/rest/`; nil where nothing does.
    typealias Files = @Sendable (_ path: String) -> [UInt8]?

    private let server: ScriptedHTTP
    private let parameters: ChainParameters

    /// Serves `script`, and a genesis block that is the right one.
    init(
        of parameters: ChainParameters = BuiltBlock.parameters, files: @escaping Files = { _ in nil },
        _ script: @escaping Script
    ) throws {
        self.parameters = parameters
        server = try ScriptedHTTP { request in
            switch try? JSONSerialization.jsonObject(with: Data(request.body)) {
            case let calls as [[String: Any]]:
                .init(200, "[\(calls.map { Self.reply(to: $0, parameters, script) }.joined(separator: ","))]")
            case let call as [String: Any]: .init(200, Self.reply(to: call, parameters, script))
            default:
                if request.path.hasPrefix("/rest/"), let file = files(String(request.path.dropFirst(6))) {
                    .init(200, body: file)
                } else {
                    .init(404)
                }
            }
        }
    }

    func stop() { server.stop() }

    func node(http: HTTPClient) throws -> BitcoinNode {
        BitcoinNode(parameters, http: http, endpoint: try NodeEndpoint(url: server.url))
    }

    private static func reply(to call: [String: Any], _ parameters: ChainParameters, _ script: Script) -> String {
        let id = call["id"].map { "\($0)" } ?? "null"
        let method = call["method"] as? String ?? ""
        let arguments = (call["params"] as? [Any] ?? []).map { "\($0)" }.joined(separator: " ")
        let answer =
            method == "getblockhash" && arguments == "0"
            ? "\"result\":\"\(parameters.genesis)\"" : script(method, arguments)
        return "{\"id\":\(id),\(answer)}"
    }
}
