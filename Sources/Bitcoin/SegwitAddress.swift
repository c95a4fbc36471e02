/// A witness version and program as an address spells them (BIP 173, BIP 350).
struct SegwitAddress: Hashable, Sendable {
    /// The human-readable part, in lower case.
    let prefix: String
    /// 0 to 16.
    let version: UInt8
    /// 2 to 40 bytes.
    let program: [UInt8]

    /// Reads what `bech32` carries; nil when it breaks a rule of BIP 173, BIP 350 or BIP 141.
    init?(_ bech32: Bech32) {
        guard let version = bech32.values.first, version <= 16,
            bech32.variant == Self.variant(of: version),
            let program = FiveBits.bytes(of: bech32.values.dropFirst()),
            (2...40).contains(program.count),
            version > 0 || program.count == 20 || program.count == 32
        else { return nil }
        prefix = bech32.prefix
        self.version = version
        self.program = program
    }

    /// The address that `script` would have; nil when it is not a witness program (BIP 141).
    init?(prefix: String, script: [UInt8]) {
        guard (4...42).contains(script.count), Int(script[1]) == script.count - 2 else { return nil }
        switch script[0] {
        case 0x00 where script.count == 22 || script.count == 34: version = 0
        case 0x51...0x60: version = script[0] - 0x50
        default: return nil
        }
        self.prefix = prefix
        program = Array(script[2...])
    }

    /// The output script that the address stands for.
    var script: [UInt8] {
        [version == 0 ? 0x00 : 0x50 + version, UInt8(program.count)] + program
    }

    var text: String {
        Bech32(Self.variant(of: version), prefix: prefix, values: [version] + FiveBits.groups(of: program)).text
    }

    private static func variant(of version: UInt8) -> Bech32.Variant { version == 0 ? .bech32 : .bech32m }
}
