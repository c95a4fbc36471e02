/// CashAddr, the addresses of Bitcoin Cash (its `spec/cashaddr.md`; the kinds with tokens: CHIP-2022-02).
struct CashAddress: Hashable, Sendable {
    /// What the address pays, and whether whoever wrote it can handle tokens, which makes no difference here.
    enum Kind: UInt8, Sendable {
        case publicKeyHash = 0
        case scriptHash = 1
        case publicKeyHashWithTokens = 2
        case scriptHashWithTokens = 3
    }

    /// In lower case, without the colon.
    let prefix: String
    /// Nil for one that is not known.
    let kind: Kind?
    let hash: [UInt8]

    init(_ kind: Kind, prefix: String, hash: [UInt8]) {
        self.prefix = prefix
        self.kind = kind
        self.hash = hash
    }

    /// Reads `text`, before which `prefix` and a colon are to be thought where it has no prefix; nil when it is in
    /// mixed case, its checksum is wrong or its hash has not the length that it says.
    init?(_ text: String, prefix: String) {
        guard let lower = FiveBits.lowercased(text) else { return nil }
        let parts = lower.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let last = parts.last, let groups = FiveBits.groups(spelled: last) else { return nil }
        self.prefix = parts.count == 2 ? String(decoding: parts[0], as: UTF8.self) : prefix
        guard !self.prefix.isEmpty, groups.count > 8, Self.checksum(self.prefix, groups) == 0,
            let bytes = FiveBits.bytes(of: groups.dropLast(8)), let version = bytes.first, version & 0x80 == 0,
            bytes.count - 1 == Self.lengths[Int(version & 7)]
        else { return nil }
        kind = Kind(rawValue: version >> 3)
        hash = Array(bytes.dropFirst())
    }

    /// The address that `script` would have; nil when it has none.
    init?(prefix: String, script: [UInt8]) {
        switch WatchableScript(script.span.bytes, of: .bitcoinCash) {
        case .publicKeyHash: self.init(.publicKeyHash, prefix: prefix, hash: Array(script[3..<23]))
        case .scriptHash: self.init(.scriptHash, prefix: prefix, hash: Array(script[2..<22]))
        case .longScriptHash: self.init(.scriptHash, prefix: prefix, hash: Array(script[2..<34]))
        case .witness, nil: return nil
        }
    }

    /// The output script that the address stands for; nil where there is none for its kind and length.
    var script: [UInt8]? {
        switch (kind, hash.count) {
        case (.publicKeyHash, 20), (.publicKeyHashWithTokens, 20): [0x76, 0xa9, 20] + hash + [0x88, 0xac]
        case (.scriptHash, 20), (.scriptHashWithTokens, 20): [0xa9, 20] + hash + [0x87]
        case (.scriptHash, 32), (.scriptHashWithTokens, 32): [0xaa, 32] + hash + [0x87]
        default: nil
        }
    }

    /// Nil for an address of a kind that is not known.
    var text: String? {
        guard let kind, let length = Self.lengths.firstIndex(of: hash.count) else { return nil }
        let groups = FiveBits.groups(of: [kind.rawValue << 3 | UInt8(length)] + hash)
        let checksum = Self.checksum(prefix, groups + [UInt8](repeating: 0, count: 8))
        let digits = groups + (0..<8).map { UInt8(checksum >> (5 * (7 - $0)) & 31) }
        return prefix + ":" + FiveBits.text(of: digits)
    }

    /// Bytes of the hash, by the lowest three bits of the version.
    private static let lengths = [20, 24, 28, 32, 40, 48, 56, 64]

    /// The remainder of the BCH code over prefix and groups: 0 where the last eight groups are the checksum.
    private static func checksum(_ prefix: String, _ groups: [UInt8]) -> UInt64 {
        let expanded = prefix.utf8.map { $0 & 31 } + [0] + groups
        let remainder = expanded.reduce(1 as UInt64) { checksum, group in
            let top = checksum >> 35
            return generator.indices.reduce((checksum & 0x07_ffff_ffff) << 5 ^ UInt64(group)) { checksum, bit in
                top >> UInt64(bit) & 1 == 0 ? checksum : checksum ^ generator[bit]
            }
        }
        return remainder ^ 1
    }

    private static let generator: [UInt64] = [
        0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470,
    ]
}
