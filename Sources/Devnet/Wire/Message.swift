/// A protobuf message as the list of its fields, in the order of their numbers. Both its bytes and its JSON come from it,
/// as they do in java-tron, so the two can't disagree.
///
/// This is written without the library that the TRON adapter reads with: a node that shared it would share its mistakes.
struct Message: Sendable {
    var fields: [Field]

    init(_ fields: Field...) { self.fields = fields }

    struct Field: Sendable {
        let number: Int
        let name: String
        let value: Value

        init(_ number: Int, _ name: String, _ value: Value) {
            self.number = number
            self.name = name
            self.value = value
        }
    }

    /// A value, by how it is written as JSON.
    indirect enum Value: Sendable {
        case integer(Int64)
        case truth(Bool)
        case text(String)
        /// Hexadecimal.
        case bytes([UInt8])
        /// 21 bytes; base58 where the caller wants it readable.
        case address(Address)
        /// 20 bytes, as contracts know an address; the same text as `address` where the caller wants it readable.
        case bareAddress(Address)
        /// Bytes of UTF-8: hexadecimal, or the text where the caller wants it readable.
        case name(String)
        /// A member of an enumeration.
        case choice(Int, String)
        case message(Message)
        /// A message in a field of bytes, as in google.protobuf.Any.
        case packed(Message)
        case list([Value])
    }
}

extension Message.Value {
    /// What protobuf 3 leaves out, of the bytes and of the JSON.
    var isDefault: Bool {
        switch self {
        case .integer(let number): number == 0
        case .truth(let value): !value
        case .text(let text), .name(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .choice(let number, _): number == 0
        case .list(let values): values.isEmpty
        case .address, .bareAddress, .message, .packed: false
        }
    }
}
