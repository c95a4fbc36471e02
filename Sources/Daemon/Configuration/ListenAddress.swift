/// Where the HTTP endpoints listen.
struct ListenAddress: Hashable, Sendable {
    let host: String
    let port: Int

    static let standard = ListenAddress(host: "127.0.0.1", port: 9464)

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:9464`, `localhost:9464` or `[::1]:9464`.
    init?(_ text: String) {
        guard
            let (_, host, port) = text.wholeMatch(of: /(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})/)?.output,
            let port = Int(port), (1...65_535).contains(port)
        else { return nil }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
        self.port = port
    }
}

extension ListenAddress: CustomStringConvertible {
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Syntax where Value == ListenAddress {
    static var listenAddress: Self {
        Self("an address and port such as 127.0.0.1:9464") { text, _ in ListenAddress(text) }
    }
}
