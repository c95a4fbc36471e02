import NodeHTTP
import TestSupport
import Testing

/// A client and a scripted server for the length of one test.
func withLoopback(
    limits: HTTPClient.Limits = .init(), credentials: NodeCredentials = .none, headers: [HeaderField] = [],
    path: String = "", serve: @escaping @Sendable (inout LoopbackConnection) -> Void,
    test: (HTTPClient, NodeEndpoint, LoopbackServer) async throws -> Void
) async throws {
    let server = try LoopbackServer(serve)
    let client = HTTPClient(limits: limits)
    defer {
        client.shutdown()
        server.stop()
    }
    try await test(client, NodeEndpoint(url: server.url + path, credentials: credentials, headers: headers), server)
}

extension HTTPRequest {
    static func get(_ path: String = "/", deadline: Duration = .seconds(600), maximumBytes: Int = 1 << 20)
        -> HTTPRequest
    {
        HTTPRequest(.get, path: path, deadline: deadline, maximumBytes: maximumBytes)
    }
}

/// The error that a request ends with; a success is a failed test.
func failure(
    of request: HTTPRequest, at endpoint: NodeEndpoint, with client: HTTPClient,
    sourceLocation: SourceLocation = #_sourceLocation
) async -> HTTPError? {
    do throws(HTTPError) {
        let response = try await client.send(request, to: endpoint)
        Issue.record("answered HTTP \(response.status)", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}
