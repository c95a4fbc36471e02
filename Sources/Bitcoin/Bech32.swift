/// Bech32 (BIP 173) and Bech32m (BIP 350).
struct Bech32: Hashable, Sendable {
    enum Variant: UInt32, Sendable {
        case bech32 = 1
        case bech32m = 0x2bc8_30a3
    }

    /// The longest text that the checksum is made for.
    static let maximumLength = 90

    let variant: Variant
    /// The human-readable part, in lower case.
    let prefix: String
    /// Five bits each, without the checksum.
    let values: [UInt8]

    init(_ variant: Variant, prefix: String, values: [UInt8]) {
        self.variant = variant
        self.prefix = prefix
        self.values = values
    }

    /// Reads `text`; nil when it is longer than `maximumLength`, in mixed case, or its checksum is neither variant's.
    init?(_ text: String, maximumLength: Int = Self.maximumLength) {
        guard text.utf8.count <= maximumLength, let lower = FiveBits.lowercased(text) else { return nil }
        guard let separator = lower.lastIndex(of: UInt8(ascii: "1")), separator > 0 else { return nil }
        guard let values = FiveBits.groups(spelled: lower[(separator + 1)...]) else { return nil }
        let prefix = String(decoding: lower[..<separator], as: UTF8.self)
        guard values.count >= 6, let variant = Variant(rawValue: Self.checksum(prefix, values)) else { return nil }
        self.init(variant, prefix: prefix, values: values.dropLast(6))
    }

    var text: String {
        let checksum = Self.checksum(prefix, values + [0, 0, 0, 0, 0, 0]) ^ variant.rawValue
        let digits = values + (0..<6).map { UInt8(checksum >> (5 * (5 - $0)) & 31) }
        return prefix + "1" + FiveBits.text(of: digits)
    }

    /// The remainder of the BCH code over prefix and values.
    private static func checksum(_ prefix: String, _ values: [UInt8]) -> UInt32 {
        let expanded = prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 } + values
        return expanded.reduce(1) { checksum, value in
            let top = checksum >> 25
            return generator.indices.reduce((checksum & 0x01ff_ffff) << 5 ^ UInt32(value)) { checksum, bit in
                top >> UInt32(bit) & 1 == 0 ? checksum : checksum ^ generator[bit]
            }
        }
    }

    private static let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
}
