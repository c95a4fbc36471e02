/// Finds where the parts of a JSON text lie without decoding them, so that the envelope of an answer is judged here
/// and what it carries goes on as the bytes that the node sent. Bounded in depth, never recursive.
///
/// Structure, strings and literals are checked; the inside of numbers and of escapes is left to whoever decodes.
///
///     try scanner.openArray()
///     while try scanner.nextElement() { let log = try scanner.members(max: 16) }
///     try scanner.end()
public struct JSONScanner: Sendable {
    public struct SyntaxError: Error {
        public let offset: Int
    }

    public struct Member: Sendable {
        /// The key's bytes between its quotes.
        public let key: ArraySlice<UInt8>
        public let value: ArraySlice<UInt8>
    }

    /// Brackets within one value. Calls of the EVM nest 1,024 deep, and in a trace each takes two.
    static let depthMax = 4_096

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    /// An object or an array was just opened: its first member or element has no comma before it.
    private var isFirst = false

    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The members of the one object that makes up the text.
    mutating func object(membersMax: Int) throws(SyntaxError) -> [Member] {
        let members = try members(max: membersMax)
        try end()
        return members
    }

    /// The elements of the one array that makes up the text.
    mutating func array(countMax: Int) throws(SyntaxError) -> [ArraySlice<UInt8>] {
        var elements: [ArraySlice<UInt8>] = []
        try openArray()
        while try nextElement() {
            guard elements.count < countMax else { throw error }
            elements.append(try value())
        }
        try end()
        return elements
    }

    // MARK: One after the other

    public mutating func openObject() throws(SyntaxError) { try open("{") }

    public mutating func openArray() throws(SyntaxError) { try open("[") }

    /// The key of the object's next member, whose value is to be read next; nil when the object has ended. A key with
    /// an escape is an error: it could spell a name that a comparison of bytes misses.
    public mutating func nextKey() throws(SyntaxError) -> ArraySlice<UInt8>? {
        guard try next(before: "}") else { return nil }
        let start = index + 1
        try skipString()
        let key = bytes[start..<index - 1]
        guard !key.contains(UInt8(ascii: "\\")) else { throw error }
        try expect(":")
        return key
    }

    /// Whether the array has one more element, which is to be read next; false when the array has ended.
    public mutating func nextElement() throws(SyntaxError) -> Bool { try next(before: "]") }

    /// The members of the object that comes next.
    public mutating func members(max: Int) throws(SyntaxError) -> [Member] {
        var members: [Member] = []
        try openObject()
        while let key = try nextKey() {
            guard members.count < max else { throw error }
            members.append(Member(key: key, value: try value()))
        }
        return members
    }

    /// The members of the object that comes next, less those whose values `take` reads itself and says so.
    public mutating func members(
        max: Int, less take: (ArraySlice<UInt8>, inout JSONScanner) throws -> Bool
    ) throws -> [Member] {
        var members: [Member] = []
        try openObject()
        while let key = try nextKey() {
            if try take(key, &self) { continue }
            guard members.count < max else { throw error }
            members.append(Member(key: key, value: try value()))
        }
        return members
    }

    /// The text must have nothing left.
    public mutating func end() throws(SyntaxError) {
        skipSpace()
        guard index == bytes.endIndex else { throw error }
    }

    private mutating func open(_ bracket: Unicode.Scalar) throws(SyntaxError) {
        try expect(bracket)
        isFirst = true
    }

    private mutating func next(before closing: Unicode.Scalar) throws(SyntaxError) -> Bool {
        let wasFirst = isFirst
        isFirst = false
        skipSpace()
        if peek == UInt8(ascii: closing) {
            index += 1
            return false
        }
        if !wasFirst { try expect(",") }
        skipSpace()
        return true
    }

    /// The text of the value that comes next, whatever it is.
    public mutating func value() throws(SyntaxError) -> ArraySlice<UInt8> {
        skipSpace()
        let start = index
        try skipValue()
        return bytes[start..<index]
    }

    private mutating func skipValue() throws(SyntaxError) {
        /// The closing brackets still expected.
        var closings: [UInt8] = []
        var needsValue = true
        repeat {
            skipSpace()
            guard let byte = peek else { throw error }
            if needsValue {
                needsValue = false
                switch byte {
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    guard closings.count < Self.depthMax else { throw error }
                    // In ASCII each closing bracket comes two places after its opening one.
                    closings.append(byte + 2)
                    index += 1
                    skipSpace()
                    if peek != byte + 2 { needsValue = try beginElement(of: byte + 2) }
                default: try skipScalar(byte)
                }
            } else if byte == closings.last {
                index += 1
                closings.removeLast()
            } else if byte == UInt8(ascii: ","), let closing = closings.last {
                index += 1
                skipSpace()
                needsValue = try beginElement(of: closing)
            } else {
                throw error
            }
        } while !closings.isEmpty || needsValue
    }

    /// Reads a member's key in an object; an array's element has none.
    private mutating func beginElement(of closing: UInt8) throws(SyntaxError) -> Bool {
        if closing == UInt8(ascii: "}") {
            try skipString()
            try expect(":")
        }
        return true
    }

    private mutating func skipScalar(_ byte: UInt8) throws(SyntaxError) {
        switch byte {
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "t"): try skip("true")
        case UInt8(ascii: "f"): try skip("false")
        case UInt8(ascii: "n"): try skip("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            index += 1
            while let next = peek, Self.isNumeric(next) { index += 1 }
        default: throw error
        }
    }

    private mutating func skipString() throws(SyntaxError) {
        guard peek == UInt8(ascii: "\"") else { throw error }
        index = bytes.startIndex + (try Self.endOfString(in: bytes.span.bytes, from: index + 1 - bytes.startIndex))
    }

    /// Where the string ends whose inside begins at `start`.
    private static func endOfString(in text: RawSpan, from start: Int) throws(SyntaxError) -> Int {
        var offset = start
        while offset < text.byteCount {
            let count = ordinaryBytes(in: text, at: offset)
            offset += count
            guard count < 8, offset < text.byteCount else { continue }
            switch text.unsafeLoad(fromByteOffset: offset, as: UInt8.self) {
            case UInt8(ascii: "\""): return offset + 1
            case UInt8(ascii: "\\"): offset += 2
            case 0..<0x20: throw SyntaxError(offset: offset)
            default: offset += 1
            }
        }
        throw SyntaxError(offset: text.byteCount)
    }

    /// How many of the eight bytes at `offset` come before a quote, a backslash or a control character; 0 where there
    /// are fewer than eight. Most of a node's answer is the inside of strings.
    @inline(__always)
    private static func ordinaryBytes(in text: RawSpan, at offset: Int) -> Int {
        guard offset + 8 <= text.byteCount else { return 0 }
        let word = UInt64(littleEndian: text.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        // A byte's highest bit is set where the byte is zero, or below 0x20; wrongly only above a byte where rightly.
        let found =
            ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
            | ((word &- ones &* 0x20) & ~word)
        return (found & (ones &* 0x80)).trailingZeroBitCount / 8
    }

    private mutating func skip(_ literal: StaticString) throws(SyntaxError) {
        let end = index + literal.utf8CodeUnitCount
        let isThere = literal.withUTF8Buffer { end <= bytes.endIndex && bytes[index..<end].elementsEqual($0) }
        guard isThere else { throw error }
        index = end
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(SyntaxError) {
        skipSpace()
        guard peek == UInt8(ascii: character) else { throw error }
        index += 1
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private var peek: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private var error: SyntaxError { SyntaxError(offset: min(index, bytes.endIndex) - bytes.startIndex) }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
