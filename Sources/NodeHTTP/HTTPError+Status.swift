extension HTTPError {
    /// The failure that a status tells by itself; nil for one whose meaning depends on the body or the call: 2xx,
    /// 404, and the 400 and 500 under which nodes send JSON-RPC errors.
    init?(response: HTTPResponse, from endpoint: NodeEndpoint) {
        let code: Code
        switch response.status {
        case 200..<300, 400, 404, 500: return nil
        case 429, 503: code = .rateLimited
        case 500..<600: code = .unreachable
        case 300..<400, 400..<500: code = .refused
        default: code = .malformed
        }
        self.init(status: response, as: code, from: endpoint)
    }

    /// An answer whose status leaves nothing to read, with the beginning of its text.
    init(status response: HTTPResponse, as code: Code, from endpoint: NodeEndpoint) {
        let advice =
            switch response.status {
            case 401: "; check the credentials"
            case 403: "; check the credentials, and that the node admits this address"
            case 300..<400: "; redirects are not followed, configure the address it leads to"
            case 429, 503: "; ask less often"
            default: ""
            }
        let text = endpoint.printable(response.body)
        self.init(
            code,
            "\(endpoint) answered HTTP \(response.status) \(text.isEmpty ? "without text" : "(\(text))")\(advice)",
            retryAfter: response.retryAfter, status: response.status)
    }
}
