public import Chain

/// Where a node is and how it knows us. Describes itself as `scheme://host:port` only: path, query, headers and
/// credentials may all be secrets.
public struct NodeEndpoint: Sendable {
    /// `scheme://host:port`.
    public let origin: String
    private let host: String
    private let port: String
    /// The URL's own path without a last `/`; hosted nodes keep their key in it.
    let path: String
    let query: String?
    let credentials: NodeCredentials
    let headers: [HeaderField]
    let caFile: String?
    /// Nil where it may be asked as often as one likes.
    public let budget: RequestBudget?
    /// Who answered last.
    let peer = LastPeer()
    private let logins = SentLogins()

    /// - Parameters:
    ///   - url: `http` or `https`, without credentials and fragment, at most 2,048 characters.
    ///   - headers: sent with every request, an API key for example.
    ///   - caFile: PEM file of the only authorities to trust, instead of the system's. Verification can't be turned off.
    ///   - budget: asked before each request.
    /// - Throws: `invalidRequest`, with a message that does not repeat the URL.
    public init(
        url: String, credentials: NodeCredentials = .none, headers: [HeaderField] = [], caFile: String? = nil,
        budget: RequestBudget? = nil
    ) throws(HTTPError) {
        let parts = try URLParts(url)
        origin = "\(parts.scheme)://\(parts.host):\(parts.port)"
        host = parts.host
        port = parts.port
        path = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
        query = parts.query
        self.credentials = credentials
        self.headers = headers
        self.caFile = caFile
        self.budget = budget

        if case .login(let username, let password) = credentials,
            Login(username: username, password: password.value) == nil
        {
            throw HTTPError(
                .invalidRequest, "\(origin): a user name can't hold a colon, nor it or the password a control character"
            )
        }
        for field in headers where !field.isValid || field.isReserved {
            let name = String(printable: field.name.utf8, limit: 40)
            throw HTTPError(
                .invalidRequest, "\(origin): header \(name) is not allowed here, or its value is empty or not printable"
            )
        }
        if case .none = credentials {
        } else if headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            throw HTTPError(.invalidRequest, "\(origin): an Authorization header excludes other credentials")
        }
    }

    /// The URL of a request: our own path, its path, and both queries. Nil when `requestPath` can't be sent.
    func url(for requestPath: String) -> String? {
        guard requestPath.isEmpty || requestPath.utf8.first == UInt8(ascii: "/"), requestPath.utf8.count <= 4_096,
            requestPath.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { return nil }
        let target = path + requestPath
        let url = origin + (target.isEmpty ? "/" : target)
        guard let query else { return url }
        return url + (requestPath.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query
    }

    /// Where the last answer came from; by the host's name as long as there was none.
    public var place: NodePlace { place(at: peer.address.flatMap { HostAddress($0) }) }

    /// Where answers may come from, as far as the host's name can be looked up.
    public func places(_ lookup: HostLookup) -> Set<NodePlace> {
        let addresses = lookup.addresses(of: host)
        return addresses.isEmpty ? [place(at: nil)] : Set(addresses.map { place(at: $0) })
    }

    private func place(at address: HostAddress?) -> NodePlace {
        let end = path.lastIndex { $0 != "/" }.map(path.index(after:)) ?? path.startIndex
        return NodePlace(host: address?.text ?? host.lowercased(), port: port, path: String(path[..<end]))
    }

    /// What to identify with now; reads the cookie file.
    func login() throws(HTTPError) -> Login? {
        switch credentials {
        case .none: nil
        case .login(let username, let password): Login(username: username, password: password.value)
        case .cookieFile(let path): try CookieFile.login(path: path)
        }
    }

    /// To be told of each login that is sent.
    func sends(_ login: Login?) { if let login { logins.sent(login) } }

    /// A text from the node, fit for a log line: bounded, printable, and without our secrets should it repeat them.
    public func printable(_ bytes: some Collection<UInt8>) -> String {
        let hiding = Hiding(secrets)
        let limit = 8_192
        var text = hiding.applied(to: String(decoding: bytes.prefix(limit), as: UTF8.self))
        // Where it is cut a secret may be cut too.
        if bytes.count > limit { text = String(text.dropLast(hiding.longest)) }
        return String(printable: text.utf8, limit: 200)
    }

    /// All that went out to be known by, and what the URL holds beside the host.
    private var secrets: [String] {
        var secrets = headers.flatMap { field in
            field.secret.known.flatMap { [$0] + $0.split(separator: " ").dropFirst().map(String.init) }
        }
        secrets += [path, query ?? ""] + path.split(separator: "/").map(String.init)
        for parameter in (query ?? "").split(separator: "&") {
            secrets.append(
                String(
                    parameter[(parameter.firstIndex(of: "=").map(parameter.index(after:)) ?? parameter.startIndex)...]))
        }
        for login in logins.all { secrets += [login.password, "\(login.username):\(login.password)"] }
        if case .login(let username, let password) = credentials {
            secrets += password.known.flatMap { [$0, "\(username):\($0)"] }
        }
        return secrets
    }
}

extension NodeEndpoint: CustomStringConvertible, CustomReflectable {
    public var description: String { origin }
    public var customMirror: Mirror { Mirror(self, children: ["origin": origin]) }
}
