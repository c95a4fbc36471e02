internal import Chain
internal import NodeHTTP

extension Message {
    /// As java-tron's JsonFormat writes it. `visible`: addresses in base58 and names as text, instead of hexadecimal.
    func json(visible: Bool) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for field in fields where !field.value.isDefault { members[field.name] = field.value.json(visible: visible) }
        return members
    }
}

extension Message.Value {
    func json(visible: Bool) -> JSONValue {
        switch self {
        case .integer(let number): .integer(number)
        case .truth(let value): .bool(value)
        case .text(let text): .string(text)
        case .bytes(let bytes): .string(Hex.encode(bytes))
        case .address(let address): .string(address.text(visible: visible))
        case .bareAddress(let address): .string(visible ? address.base58 : Hex.encode(address.payload))
        case .name(let text): .string(visible ? text : Hex.encode(Array(text.utf8)))
        case .choice(_, let name): .string(name)
        case .message(let message), .packed(let message): .object(message.json(visible: visible))
        case .list(let values): .array(values.map { $0.json(visible: visible) })
        }
    }
}
