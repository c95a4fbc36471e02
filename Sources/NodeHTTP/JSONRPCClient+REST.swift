extension JSONRPCClient {
    /// Gets `path` from the same node, bitcoind's `/rest/…` for example. Returns 2xx, or 404 with its text (unknown,
    /// pruned, service off: the caller knows which texts mean what); every other status is an error.
    public func get(
        _ path: String, accept: String = "*/*", deadline: Duration = .seconds(30), maximumBytes: Int
    ) async throws(HTTPError) -> HTTPResponse {
        let request = HTTPRequest(.get, path: path, accept: accept, deadline: deadline, maximumBytes: maximumBytes)
        let response = try await http.send(request, to: endpoint)
        if response.status == 404 { return response }
        return try successful(response)
    }

    /// Posts JSON to `path`, java-tron's `/wallet/…` for example. Returns 2xx; every other status is an error.
    public func post(
        _ path: String, json: String, deadline: Duration = .seconds(30), maximumBytes: Int
    ) async throws(HTTPError) -> HTTPResponse {
        let request = HTTPRequest(
            .post(body: Array(json.utf8), contentType: "application/json"), path: path, accept: "application/json",
            deadline: deadline, maximumBytes: maximumBytes)
        return try successful(try await http.send(request, to: endpoint))
    }

    private func successful(_ response: HTTPResponse) throws(HTTPError) -> HTTPResponse {
        switch response.status {
        case 200..<300: return response
        case 400..<500: throw HTTPError(status: response, as: .refused, from: endpoint)
        default: throw HTTPError(status: response, as: .unreachable, from: endpoint)
        }
    }
}
