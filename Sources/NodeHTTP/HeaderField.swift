/// A header line to send; its value may be a secret.
public struct HeaderField: Sendable {
    public let name: String
    let secret: Secret

    public init(_ name: String, _ value: String) { self.init(name, Secret(value)) }

    public init(_ name: String, _ secret: Secret) {
        self.name = name
        self.secret = secret
    }

    public var value: String { secret.value }

    var line: String { "\(name): \(value)" }

    /// A token and a visible, not empty value (RFC 9110 §5): nothing that could end the line or begin another.
    var isValid: Bool {
        let punctuation = "!#$%&'*+-.^_`|~".utf8
        let isToken = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || punctuation.contains(byte)
        }
        return isToken && (1...128).contains(name.utf8.count)
            && (1...8_192).contains(value.utf8.count) && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Headers that frame the message or negotiate its encoding: the client sets them itself, or not at all.
    var isReserved: Bool {
        [
            "accept", "accept-encoding", "connection", "content-length", "content-type", "cookie", "expect", "host",
            "te", "trailer", "transfer-encoding", "upgrade",
        ].contains(name.lowercased())
    }
}

extension HeaderField: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(name): (hidden)" }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
