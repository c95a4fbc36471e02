import Foundation

/// A node whose answers are edited: it hands requests on to a real node, and answers what a test makes of what that says.
/// It speaks JSON-RPC, batches too, and java-tron's paths; what is not a POST it does not have: a node without REST.
public final class EditingNode: Sendable {
    /// What it answers to a method, or at a path, with these parameters, by what the real node answers: the whole answer, with its id.
    public typealias Edit = @Sendable (_ method: String, _ parameters: RawJSON, _ answer: RawJSON) -> RawJSON

    /// Instead of any answer: a status and a text, by the request as it came; nil to go on.
    public typealias Refusal = @Sendable (_ request: LoopbackConnection.Request) -> (status: Int, body: String)?

    private let server: LoopbackServer

    /// - Parameters:
    ///   - url: where the real node is, without a path.
    ///   - authorization: the header that the real node is asked with, instead of the one that comes.
    public init(
        of url: String, authorization: String? = nil, refusal: @escaping Refusal = { _ in nil },
        edit: @escaping Edit = { _, _, answer in answer }
    ) throws {
        guard let port = URLComponents(string: url)?.port else { throw TestFailure("no port in \(url)") }
        server = try LoopbackServer { connection in
            while let request = connection.request() {
                if let (status, body) = refusal(request) {
                    connection.answer(status, body: Array(body.utf8))
                    continue
                }
                guard request.head.hasPrefix("POST") else {
                    connection.answer(404, body: [])
                    continue
                }
                let answer = Self.answer(to: request, port: port, authorization, edit)
                connection.answer(answer.status, body: answer.body)
            }
        }
    }

    deinit { server.stop() }

    public var url: String { server.url }

    private static func answer(
        to request: LoopbackConnection.Request, port: Int, _ authorization: String?, _ edit: Edit
    ) -> (status: Int, body: [UInt8]) {
        guard let answer = LoopbackHTTP.handOn(request, to: port, authorization: authorization) else {
            return (502, [])
        }
        guard let json = RawJSON(answer.body), let body = RawJSON(request.body) else { return answer }
        return (answer.status, Array(edited(json, to: body, path: request.path, edit).text.utf8))
    }

    private static func edited(_ answer: RawJSON, to request: RawJSON, path: String, _ edit: Edit) -> RawJSON {
        if case .array(let answers) = answer, case .array(let calls) = request {
            return .array(
                answers.map { answer in
                    let call = calls.first { $0["id"]?.text == answer["id"]?.text }
                    return call.map { edited(answer, to: $0, path: path, edit) } ?? answer
                })
        }
        return edit(request["method"]?.string ?? path, request["params"] ?? .array([]), answer)
    }
}
