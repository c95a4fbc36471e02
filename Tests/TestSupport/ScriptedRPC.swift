import Foundation

/// A node that answers JSON-RPC over HTTP as a test tells it to: one connection for each request, batches too.
public final class ScriptedRPC: Sendable {
    public enum Reply: Sendable {
        /// The JSON text of a result.
        case result(String)
        case error(Int, String)
        /// The whole request is answered with this status and without text; `retryAfter` in seconds.
        case status(Int, retryAfter: Int? = nil)
    }

    public struct Call {
        public let method: String
        public let parameters: [Any]
        /// How many calls came in the same request.
        public let batchSize: Int

        /// A parameter that is a string; empty where there is none.
        public func text(_ index: Int) -> String {
            parameters.indices.contains(index) ? parameters[index] as? String ?? "" : ""
        }
    }

    public typealias Script = @Sendable (Call) -> Reply

    private let server: ScriptedHTTP

    /// As geth refuses batches.
    public static let tooLarge = ScriptedHTTP.Reply(
        200, #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"#)

    /// - Parameters:
    ///   - batchMaximum: calls that it takes in one request.
    ///   - refusal: how it answers to more.
    ///   - onRequest: told how many calls each request has.
    public init(
        batchMaximum: Int = .max, refusal: ScriptedHTTP.Reply = tooLarge,
        onRequest: @escaping @Sendable (Int) -> Void = { _ in }, _ script: @escaping Script
    ) throws {
        server = try ScriptedHTTP { request in
            let body = try? JSONSerialization.jsonObject(with: Data(request.body))
            let calls = (body as? [Any])?.count ?? 1
            onRequest(calls)
            return calls > batchMaximum ? refusal : Self.answer(to: request.body, script)
        }
    }

    public var url: String { server.url }

    public func stop() { server.stop() }

    private static func answer(to body: [UInt8], _ script: Script) -> ScriptedHTTP.Reply {
        let request = try? JSONSerialization.jsonObject(with: Data(body))
        let calls = request as? [[String: Any]] ?? (request as? [String: Any]).map { [$0] } ?? []
        var texts: [String] = []
        for call in calls {
            let id = call["id"].map { "\($0)" } ?? "null"
            let reply = script(
                Call(
                    method: call["method"] as? String ?? "", parameters: call["params"] as? [Any] ?? [],
                    batchSize: calls.count))
            switch reply {
            case .result(let text): texts.append(#"{"jsonrpc":"2.0","id":\#(id),"result":\#(text)}"#)
            case .error(let code, let message):
                texts.append(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"\#(message)"}}"#)
            case .status(let status, let retryAfter): return .init(status, retryAfter: retryAfter)
            }
        }
        // Nodes may answer a batch in any order.
        return .init(200, request is [Any] ? "[\(texts.reversed().joined(separator: ","))]" : texts.joined())
    }
}
