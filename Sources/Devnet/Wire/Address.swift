internal import Chain
internal import Hashing

/// An account's or contract's address: 0x41 and 20 bytes.
struct Address: Hashable, Sendable {
    static let prefix: UInt8 = 0x41

    /// The 20 bytes, as contracts have them.
    let payload: [UInt8]

    /// The address of these 20 bytes; nil for any other number of them.
    init?(payload: some Collection<UInt8>) {
        guard payload.count == 20 else { return nil }
        self.payload = Array(payload)
    }

    /// Hexadecimal with 41 in front, or base58 with a checksum; nil for any other text.
    init?(_ text: String) {
        guard let bytes = Hex.decode(text) ?? Base58Check.decode(text), bytes.first == Self.prefix else { return nil }
        self.init(payload: bytes.dropFirst())
    }

    var bytes: [UInt8] { [Self.prefix] + payload }
    var hex: String { Hex.encode(bytes) }
    var base58: String { Base58Check.encode(bytes) }
    func text(visible: Bool) -> String { visible ? base58 : hex }
}
