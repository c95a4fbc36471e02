/// Hexadecimal digits as nodes write them in JSON, read many at a time: most of what they answer is such.
public struct HexDigits: Sendable {
    private let digits: ArraySlice<UInt8>

    /// The digits themselves are judged when they are read.
    public init(_ digits: ArraySlice<UInt8>) {
        self.digits = digits
    }

    public var count: Int { digits.count }

    /// Whether they are a QUANTITY of at most 256 bits: in the shortest form, zero being `0`.
    public var isQuantity: Bool {
        (1...64).contains(digits.count) && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
    }

    /// Appends the bytes that the digits spell, an odd first one for itself; false when one of them is not a digit.
    public func append(to bytes: inout [UInt8]) -> Bool {
        let text = digits.span.bytes
        var (source, target) = (0, bytes.count)
        bytes.append(contentsOf: repeatElement(0, count: (text.byteCount + 1) / 2))
        var span = bytes.mutableSpan
        var output = span.mutableBytes
        if !text.byteCount.isMultiple(of: 2) {
            let word = Self.zeros &- 0x30 &+ UInt64(text.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
            guard let digit = Self.bytes(of: word) else { return false }
            // The digit stands first of two.
            output.storeBytes(of: UInt8(truncatingIfNeeded: digit >> 4), toByteOffset: target, as: UInt8.self)
            (source, target) = (1, target + 1)
        }
        while source + 8 <= text.byteCount {
            let word = text.unsafeLoadUnaligned(fromByteOffset: source, as: UInt64.self)
            guard let four = Self.bytes(of: UInt64(littleEndian: word)) else { return false }
            output.storeBytes(of: four.littleEndian, toByteOffset: target, as: UInt32.self)
            (source, target) = (source + 8, target + 4)
        }
        guard source < text.byteCount else { return true }
        var word = Self.zeros
        for index in 0..<text.byteCount - source {
            let digit = UInt64(text.unsafeLoad(fromByteOffset: source + index, as: UInt8.self))
            word = word & ~(0xFF << UInt64(8 * index)) | digit << UInt64(8 * index)
        }
        guard let rest = Self.bytes(of: word) else { return false }
        for index in 0..<(text.byteCount - source) / 2 {
            let byte = UInt8(truncatingIfNeeded: rest >> UInt32(8 * index))
            output.storeBytes(of: byte, toByteOffset: target + index, as: UInt8.self)
        }
        return true
    }

    /// The hash that they spell; nil when they are not 64 digits.
    public var hash: Hash256? {
        let text = digits.span.bytes
        guard text.byteCount == 64 else { return nil }
        func word(_ index: Int) -> UInt64? {
            let (high, low) = (
                text.unsafeLoadUnaligned(fromByteOffset: 16 * index, as: UInt64.self),
                text.unsafeLoadUnaligned(fromByteOffset: 16 * index + 8, as: UInt64.self)
            )
            guard let high = Self.bytes(of: UInt64(littleEndian: high)),
                let low = Self.bytes(of: UInt64(littleEndian: low))
            else { return nil }
            return UInt64(high.byteSwapped) << 32 | UInt64(low.byteSwapped)
        }
        guard let first = word(0), let second = word(1), let third = word(2), let fourth = word(3) else { return nil }
        return Hash256(first, second, third, fourth)
    }

    /// The number that they spell; nil when they are not 1 to 16 digits.
    public var number: UInt64? {
        guard (1...16).contains(digits.count) else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            let letter = (digit | 0x20) &- UInt8(ascii: "a")
            switch (digit, letter) {
            case (UInt8(ascii: "0")...UInt8(ascii: "9"), _): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case (_, 0..<6): number = number << 4 | UInt64(letter + 10)
            default: return nil
            }
        }
        return number
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let zeros: UInt64 = ones &* 0x30
    private static let sixteens: UInt64 = ones &* 0x10

    /// The four bytes that eight digits spell, the first of both lowest; nil when one is not a digit. All eight are worked
    /// on at once: a decision about each would be guessed wrong half the time.
    @inline(__always)
    private static func bytes(of word: UInt64) -> UInt32? {
        let letters = word >> 6 & ones
        let values = (word & (ones &* 0x0F)) &+ letters &* 9
        // Exactly the letters stand for more than nine, nothing for more than fifteen, and each is spelled as it should be.
        let isNumeral =
            (values &+ ones &* 6) & sixteens == letters << 4 && values & sixteens == 0
            && word | letters &* 0x20 == values &+ zeros &+ letters &* 0x27
        guard isNumeral else { return nil }
        var pairs = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF
        pairs = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: pairs | pairs >> 16)
    }
}
