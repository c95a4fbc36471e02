/// One call of a batch.
public struct RPCCall: Hashable, Sendable {
    public let method: String
    public let parameters: [JSONValue]

    public init(_ method: String, _ parameters: [JSONValue] = []) {
        self.method = method
        self.parameters = parameters
    }

    /// As a JSON-RPC 2.0 request object; nodes that only know the older form ignore the version.
    func request(id: UInt64) -> [UInt8] {
        var text = Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":".utf8)
        JSONValue.string(method).append(to: &text)
        text += ",\"params\":".utf8
        JSONValue.array(parameters).append(to: &text)
        text.append(UInt8(ascii: "}"))
        return text
    }
}
