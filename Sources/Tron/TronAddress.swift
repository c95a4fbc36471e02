public import Chain
internal import Hashing

/// The addresses of TRON: Base58Check of 0x41 and 20 bytes, 34 characters that begin with T; or those 21 bytes as
/// hexadecimal digits. The key is the 20 bytes. All of TRON's networks spell them alike.
public struct TronAddress: AddressFormat {
    public init() {}

    public func watchKey(of address: String) throws(AddressError) -> WatchKey {
        guard let bytes = Base58Check.decode(address) ?? hexadecimal(address) else {
            // What an EVM network would take for one of its own.
            let isForeign =
                address.utf8.count == 42 && address.hasPrefix("0x") && Hex.decode(address.dropFirst(2)) != nil
            throw isForeign ? .otherNetwork : .malformed
        }
        guard bytes.count == 21 else { throw .malformed }
        guard bytes[0] == WatchKey.tronPrefix, let key = WatchKey(tron: bytes.span.bytes) else { throw .otherNetwork }
        // Nobody can spend what the zero address gets: coins are burnt there.
        guard bytes.dropFirst().contains(where: { $0 != 0 }) else { throw .unwatchableScript }
        return key
    }

    public func address(of key: WatchKey) -> String? {
        let bytes = key.bytes
        return bytes.count == 20 ? Base58Check.encode([WatchKey.tronPrefix] + bytes) : nil
    }

    private func hexadecimal(_ text: String) -> [UInt8]? {
        text.utf8.count == 42 && text.hasPrefix("41") ? Hex.decode(text) : nil
    }
}

extension WatchKey {
    /// What stands before the 20 bytes of an address.
    static let tronPrefix: UInt8 = 0x41

    /// The key of an address as it stands in a message: 21 bytes. Nil for any others.
    init?(tron bytes: RawSpan) {
        guard bytes.byteCount == 21, bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == Self.tronPrefix else {
            return nil
        }
        self.init(bytes.extracting(last: 20))
    }

    /// What stands for a TRC-10 token where TRC-20 has a contract: the digits of its id, `1002000`. Nil for what is no
    /// such id, which has 1 to 19 digits and no leading zero. No contract's key has that length.
    public init?(trc10 id: some StringProtocol) {
        let digits = Array(id.utf8)
        guard (1...19).contains(digits.count), digits[0] != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        self.init(digits)
    }
}
