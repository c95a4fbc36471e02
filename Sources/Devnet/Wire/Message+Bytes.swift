/// https://protobuf.dev/programming-guides/encoding
extension Message {
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for field in fields where !field.value.isDefault {
            if case .list(let values) = field.value {
                for value in values { Self.append(value, as: field.number, to: &bytes) }
            } else {
                Self.append(field.value, as: field.number, to: &bytes)
            }
        }
        return bytes
    }

    /// Numbers of a list would be packed into one field; no message here has such a list.
    private static func append(_ value: Value, as number: Int, to bytes: inout [UInt8]) {
        switch value.content {
        case .number(let content):
            appendVarint(UInt64(number) << 3, to: &bytes)
            appendVarint(content, to: &bytes)
        case .bytes(let content):
            appendVarint(UInt64(number) << 3 | 2, to: &bytes)
            appendVarint(UInt64(content.count), to: &bytes)
            bytes += content
        }
    }

    private static func appendVarint(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

extension Message.Value {
    fileprivate enum Content {
        case number(UInt64)
        case bytes([UInt8])
    }

    fileprivate var content: Content {
        switch self {
        case .integer(let number): .number(UInt64(bitPattern: number))
        case .truth(let value): .number(value ? 1 : 0)
        case .choice(let number, _): .number(UInt64(number))
        case .text(let text), .name(let text): .bytes(Array(text.utf8))
        case .bytes(let bytes): .bytes(bytes)
        case .address(let address): .bytes(address.bytes)
        case .bareAddress(let address): .bytes(Array(address.payload))
        case .message(let message), .packed(let message): .bytes(message.encoded)
        case .list: preconditionFailure("a list of lists is not protobuf")
        }
    }
}
