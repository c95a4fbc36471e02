public import Chain
internal import Hashing

/// The addresses of the family: 0x and 40 hexadecimal digits, whose case may carry a checksum (EIP-55). The key is the
/// 20 bytes. They are spelled alike on every chain, so that none can be told to be another chain's.
public struct EVMAddress: AddressFormat {
    public init() {}

    public func watchKey(of address: String) throws(AddressError) -> WatchKey {
        guard address.utf8.count == 42, address.hasPrefix("0x") else { throw .malformed }
        let digits = address.dropFirst(2)
        guard let bytes = Hex.decode(digits), let key = WatchKey(bytes) else { throw .malformed }
        // Nobody can spend what the zero address gets: wallets show it where there is no address.
        guard bytes.contains(where: { $0 != 0 }) else { throw .unwatchableScript }
        let letters = digits.utf8.filter { $0 > UInt8(ascii: "9") }
        let isMixed = letters.contains { $0 < UInt8(ascii: "a") } && letters.contains { $0 >= UInt8(ascii: "a") }
        guard !isMixed || Self.checksummed(bytes) == address else { throw .malformed }
        return key
    }

    public func address(of key: WatchKey) -> String? {
        let bytes = key.bytes
        return bytes.count == 20 ? Self.checksummed(bytes) : nil
    }

    /// The spelling of EIP-55: a letter is upper case where the same digit of the lower-case text's hash is over seven.
    private static func checksummed(_ bytes: [UInt8]) -> String {
        let digits = Array(Hex.encode(bytes).utf8)
        let hash = Keccak256.digest(digits).bytes
        let spelled = digits.enumerated().map { index, digit in
            let nibble = index.isMultiple(of: 2) ? hash[index / 2] >> 4 : hash[index / 2] & 15
            return digit > UInt8(ascii: "9") && nibble > 7 ? digit - 0x20 : digit
        }
        return "0x" + String(decoding: spelled, as: UTF8.self)
    }
}
