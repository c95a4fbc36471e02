/// Bytes in groups of five bits, as Bech32 and CashAddr spell them with 32 characters.
enum FiveBits {
    /// The characters of 0 to 31.
    static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// The groups that `bytes` make, the last one filled up with zeros.
    static func groups(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var groups: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                groups.append(UInt8(buffer >> bits & 31))
            }
        }
        if bits > 0 { groups.append(UInt8(buffer << (5 - bits) & 31)) }
        return groups
    }

    /// The bytes that `groups` make; nil when more than the padding is left over or the padding is not zero.
    static func bytes(of groups: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for group in groups {
            buffer = buffer << 5 | UInt32(group)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        guard bits < 5, buffer & (1 << bits - 1) == 0 else { return nil }
        return bytes
    }

    /// The groups that `characters` stand for; nil when one stands for none.
    static func groups(spelled characters: some Sequence<UInt8>) -> [UInt8]? {
        var groups: [UInt8] = []
        for character in characters {
            guard let group = alphabet.firstIndex(of: character) else { return nil }
            groups.append(UInt8(group))
        }
        return groups
    }

    static func text(of groups: some Sequence<UInt8>) -> String {
        String(decoding: groups.map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// The characters of `text` in lower case; nil when some are in one case and some in the other, or are not to be
    /// seen.
    static func lowercased(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.allSatisfy({ (33...126).contains($0) }) else { return nil }
        let hasUpper = characters.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        let hasLower = characters.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard !(hasUpper && hasLower) else { return nil }
        return hasUpper ? Array(text.lowercased().utf8) : characters
    }
}
