/// The output scripts that one party alone can be watched by: each stands for an address, and one holder can spend.
enum WatchableScript {
    case publicKeyHash
    case scriptHash
    /// P2SH with a hash of 32 bytes (Bitcoin Cash, CHIP-2022-05).
    case longScriptHash
    case witness

    /// The kind of `script` on the chains of `coin`; nil for everything else: P2PK and bare multisig (no address, or no
    /// sole holder), data carriers, unknown witness versions and lengths, and Litecoin's MWEB outputs (versions 8 and 9).
    /// Where a coin lacks a kind, whoever comes first may spend what is locked so.
    init?(_ script: RawSpan, of coin: Coin) {
        func byte(_ index: Int) -> UInt8 { script.unsafeLoad(fromByteOffset: index, as: UInt8.self) }
        switch script.byteCount {
        case 22 where coin.hasSegwit && byte(0) == 0x00 && byte(1) == 20:
            self = .witness
        case 23 where byte(0) == 0xa9 && byte(1) == 20 && byte(22) == 0x87:
            self = .scriptHash
        case 25
        where byte(0) == 0x76 && byte(1) == 0xa9 && byte(2) == 20 && byte(23) == 0x88 && byte(24) == 0xac:
            self = .publicKeyHash
        case 34 where coin.hasSegwit && (byte(0) == 0x00 || byte(0) == 0x51) && byte(1) == 32:
            self = .witness
        case 35 where coin.hasCashTokens && byte(0) == 0xaa && byte(1) == 32 && byte(34) == 0x87:
            self = .longScriptHash
        default:
            return nil
        }
    }
}
