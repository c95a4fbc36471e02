/// Base-16 text of bytes, lower case, without prefix.
public enum Hex {
    /// The lower-case text of `bytes`, two characters a byte.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        // Concrete from here on: another module's call of a generic function is not specialized.
        let bytes = Array(bytes)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[2 * index] = digit(byte >> 4)
                buffer[2 * index + 1] = digit(byte & 15)
            }
            return bytes.count * 2
        }
    }

    /// The bytes of `text`, in either case; nil when a character is not a hex digit or one is left over.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var text = String(text)
        return text.withUTF8 { characters in
            guard characters.count.isMultiple(of: 2) else { return nil }
            var isProper = true
            let bytes = [UInt8](unsafeUninitializedCapacity: characters.count / 2) { bytes, count in
                for index in bytes.indices {
                    let high = value(characters[2 * index], &isProper)
                    bytes[index] = high << 4 | value(characters[2 * index + 1], &isProper)
                }
                count = characters.count / 2
            }
            return isProper ? bytes : nil
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }

    /// What a digit stands for. One flag for a whole text and no branch: which digits are letters can't be foreseen.
    private static func value(_ character: UInt8, _ isProper: inout Bool) -> UInt8 {
        let digit = character &- UInt8(ascii: "0")
        let letter = (character | 0x20) &- UInt8(ascii: "a")
        isProper = isProper && (digit < 10 || letter < 6)
        return digit < 10 ? digit : letter &+ 10
    }
}
