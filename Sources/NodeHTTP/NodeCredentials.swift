/// How a node knows us (RFC 7617 basic authentication in each case).
public enum NodeCredentials: Sendable {
    case none
    case login(username: String, Secret)
    /// A file holding `username:password` that the node writes anew at every start, as bitcoind's `.cookie`. Read for
    /// each request, so that a restarted node is not an interruption.
    case cookieFile(String)

    public static func basic(username: String, password: String) -> Self {
        .login(username: username, Secret(password))
    }
}

extension NodeCredentials: CustomStringConvertible, CustomReflectable {
    public var description: String {
        switch self {
        case .none: "none"
        case .login: "basic (hidden)"
        case .cookieFile(let path): "cookie file \(path)"
        }
    }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A user name and its password as they go out with one request.
struct Login: Equatable, Sendable {
    let username: String
    let password: String

    /// Nil when basic authentication can't carry them: a colon in the name, a control character in either.
    init?(username: String, password: String) {
        guard !username.utf8.contains(UInt8(ascii: ":")), username.utf8.count <= 1_024, password.utf8.count <= 1_024,
            (username + password).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        self.username = username
        self.password = password
    }
}
