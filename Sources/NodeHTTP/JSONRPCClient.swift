internal import Foundation
internal import Synchronization

/// JSON-RPC calls to one node. Every call has an id of its own, and only the answer that bears it counts.
public struct JSONRPCClient: Sendable {
    public let endpoint: NodeEndpoint
    let http: HTTPClient
    let batchSize = BatchSize()

    public init(http: HTTPClient, endpoint: NodeEndpoint) {
        self.http = http
        self.endpoint = endpoint
    }

    /// Whether the node takes more than one call in a request, as far as it has shown.
    public var takesBatches: Bool { batchSize.value > 1 }

    /// Calls `method` and decodes its result; decode amounts as `Decimal` or leave them, never as `Double`.
    public func call<Value: Decodable & Sendable>(
        _ method: String, _ parameters: [JSONValue] = [], as type: Value.Type = Value.self,
        deadline: Duration = .seconds(30), maximumBytes: Int = 1 << 20
    ) async throws(RPCError) -> Value {
        let text = try await callForText(method, parameters, deadline: deadline, maximumBytes: maximumBytes)
        return try decode(type, from: text, of: method)
    }

    /// Calls `method` and returns the JSON text of its result as the node sent it, for a caller with its own decoder:
    /// structure and strings are checked, the inside of numbers and escapes is not.
    public func callForText(
        _ method: String, _ parameters: [JSONValue] = [],
        deadline: Duration = .seconds(30), maximumBytes: Int = 1 << 20
    ) async throws(RPCError) -> ArraySlice<UInt8> {
        let id = Self.nextID()
        let body = RPCCall(method, parameters).request(id: id)
        let response = try await post(body, deadline: deadline, maximumBytes: maximumBytes)
        let reply: RPCReply
        do { reply = try RPCReply(response.body[...]) } catch {
            throw unreadable(response, of: method, because: error.reason)
        }
        switch reply.outcome {
        case .error(let code, let message) where reply.id == nil || reply.isFor(id: id):
            throw nodeError(code, message, of: method)
        case .result(let text) where reply.isFor(id: id) && (200..<300).contains(response.status):
            return text
        default:
            throw malformed("answered \(method) with another id, or a result under HTTP \(response.status)")
        }
    }

    func post(
        _ body: [UInt8], calls: Int = 1, deadline: Duration, maximumBytes: Int
    ) async throws(RPCError) -> HTTPResponse {
        let request = HTTPRequest(
            .post(body: body, contentType: "application/json"), accept: "application/json",
            deadline: deadline, maximumBytes: maximumBytes, count: calls)
        do { return try await http.send(request, to: endpoint) } catch {
            if error.code == .unreachable, error.status == nil { batchSize.forget() }
            throw .http(error)
        }
    }

    func decode<Value: Decodable>(
        _ type: Value.Type, from text: ArraySlice<UInt8>, of method: String
    ) throws(RPCError) -> Value {
        do { return try JSONDecoder().decode(type, from: Data(text)) } catch {
            throw malformed("gave a result of \(method) that does not fit: \(endpoint.printable("\(error)".utf8))")
        }
    }

    func nodeError(_ code: Int, _ message: String, of method: String) -> RPCError {
        .node(code: code, message: "\(endpoint) \(method): \(endpoint.printable(message.utf8))")
    }

    func malformed(_ reason: String) -> RPCError {
        .http(HTTPError(.malformed, "\(endpoint) \(reason)"))
    }

    /// A body that is not JSON-RPC: under an error's status that status is the failure.
    func unreadable(_ response: HTTPResponse, of method: String, because reason: String) -> RPCError {
        switch response.status {
        case 400..<500: .http(HTTPError(status: response, as: .refused, from: endpoint))
        case 500..<600: .http(HTTPError(status: response, as: .unreachable, from: endpoint))
        default: malformed("answered \(method) with what is not JSON-RPC: \(endpoint.printable(reason.utf8))")
        }
    }

    static func nextID() -> UInt64 {
        lastID.add(1, ordering: .relaxed).newValue
    }

    private static let lastID = Atomic<UInt64>(0)
}
