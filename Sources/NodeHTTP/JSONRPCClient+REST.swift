extension JSONRPCClient {
    /// Gets `path` from the same node, bitcoind's `/rest/…` for example. Returns 2xx, or 404 with its text (unknown,
    /// pruned, service off: the caller knows which texts mean what); every other status is an error.
    public func get(
        _ path: String, accept: String = "*/*", deadline: Duration = .seconds(30), maximumBytes: Int
    ) async throws(HTTPError) -> HTTPResponse {
        let request = HTTPRequest(.get, path: path, accept: accept, deadline: deadline, maximumBytes: maximumBytes)
        let response = try await http.send(request, to: endpoint)
        switch response.status {
        case 200..<300, 404: return response
        case 400..<500: throw HTTPError(status: response, as: .refused, from: endpoint)
        default: throw HTTPError(status: response, as: .unreachable, from: endpoint)
        }
    }
}
