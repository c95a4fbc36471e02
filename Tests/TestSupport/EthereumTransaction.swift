/// What a node is asked to sign and send. Without `sender` its first account pays.
public struct EthereumTransaction: Sendable {
    public var sender: String?
    /// Nil makes a contract of `input`.
    public var to: String?
    public var value: UInt128
    public var input: String
    /// Further members as eth_sendTransaction has them: `nonce`, `gas`, `gasPrice` (which makes it a legacy one), …
    public var others: [String: JSON]

    public init(
        from sender: String? = nil, to: String?, value: UInt128 = 0, input: String = "0x", others: [String: JSON] = [:]
    ) {
        self.sender = sender
        self.to = to
        self.value = value
        self.input = input
        self.others = others
    }

    var json: JSON {
        var members = others
        members["from"] = sender.map(JSON.string)
        members["to"] = to.map(JSON.string)
        members["value"] = .string("0x" + String(value, radix: 16))
        members["input"] = .string(input)
        return .object(members)
    }
}
