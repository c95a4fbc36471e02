/// Base58 with a four-byte checksum, the encoding of Bitcoin's first addresses and of TRON's.
public enum Base58Check {
    /// The longest text that is looked at. Addresses have up to 35 characters, and the work grows with the square.
    public static let maximumLength = 64

    public static func encode(_ payload: [UInt8]) -> String {
        let bytes = payload + SHA256.doubleDigest(payload).bytes.prefix(4)
        // Least significant digit first.
        var digits: [UInt8] = []
        for byte in bytes.drop(while: { $0 == 0 }) {
            var carry = Int(byte)
            for index in digits.indices {
                carry += Int(digits[index]) << 8
                digits[index] = UInt8(carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(carry % 58))
                carry /= 58
            }
        }
        let zeros = bytes.prefix { $0 == 0 }.count
        return String(
            decoding: [UInt8](repeating: alphabet[0], count: zeros) + digits.reversed().map { alphabet[Int($0)] },
            as: UTF8.self)
    }

    /// The payload, version byte included; nil when a character or the checksum is wrong.
    public static func decode(_ text: String) -> [UInt8]? {
        let characters = text.utf8
        guard characters.count <= maximumLength else { return nil }
        // Least significant byte first.
        var bytes: [UInt8] = []
        for character in characters {
            guard var carry = alphabet.firstIndex(of: character) else { return nil }
            for index in bytes.indices {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            if carry > 0 { bytes.append(UInt8(carry)) }
        }
        let zeros = characters.prefix { $0 == alphabet[0] }.count
        let decoded = [UInt8](repeating: 0, count: zeros) + bytes.reversed()
        guard decoded.count >= 4 else { return nil }
        let payload = Array(decoded.dropLast(4))
        guard SHA256.doubleDigest(payload).bytes.prefix(4) == decoded.suffix(4) else { return nil }
        return payload
    }

    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
}
