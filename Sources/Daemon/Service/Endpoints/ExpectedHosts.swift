import Glibc

/// By which hosts the endpoints may be asked for: addresses, `localhost`, this machine's name, and those that are configured.
/// A browser names the host of the page it is on: a page whose name its owner leads to this machine is told nothing.
struct ExpectedHosts: Sendable {
    private let names: Set<String>

    init(_ names: [String]) {
        self.names = Set((names + ["localhost"]).map { $0.lowercased() })
    }

    /// - Parameter field: as in a request: `name`, `name:port`, `192.0.2.1:port` or `[::1]:port` (RFC 9110, 7.2).
    func contains(_ field: String) -> Bool {
        guard
            let (_, literal, name) = field.wholeMatch(of: /(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]*)?/)?
                .output
        else { return false }
        if let literal { return Self.isAddress(String(literal), AF_INET6) }
        guard let name else { return false }
        let plain = name.hasSuffix(".") ? name.dropLast() : name
        return Self.isAddress(String(plain), AF_INET) || names.contains(plain.lowercased())
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var bytes = in6_addr()
        return inet_pton(family, text, &bytes) == 1
    }
}
