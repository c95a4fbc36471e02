/// Finds where the parts of a JSON text lie without decoding them, so that the envelope of an answer is judged here
/// and what it carries goes on as the bytes that the node sent. Bounded in depth, never recursive.
///
/// Structure, strings and literals are checked; the inside of numbers and of escapes is left to whoever decodes.
struct JSONScanner {
    struct SyntaxError: Error {
        let offset: Int
    }

    struct Member {
        /// The key's bytes between its quotes.
        let key: ArraySlice<UInt8>
        let value: ArraySlice<UInt8>
    }

    static let depthMax = 256

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The members of the one object that makes up the text. A key with an escape is an error: it could spell a name
    /// that a comparison of bytes misses.
    mutating func object(membersMax: Int) throws(SyntaxError) -> [Member] {
        var members: [Member] = []
        try list(from: "{", to: "}", countMax: membersMax) { scanner throws(SyntaxError) in
            let start = scanner.index + 1
            try scanner.skipString()
            let key = scanner.bytes[start..<scanner.index - 1]
            guard !key.contains(UInt8(ascii: "\\")) else { throw scanner.error }
            try scanner.expect(":")
            members.append(Member(key: key, value: try scanner.value()))
        }
        return members
    }

    /// The elements of the one array that makes up the text.
    mutating func array(countMax: Int) throws(SyntaxError) -> [ArraySlice<UInt8>] {
        var elements: [ArraySlice<UInt8>] = []
        try list(from: "[", to: "]", countMax: countMax) { scanner throws(SyntaxError) in
            elements.append(try scanner.value())
        }
        return elements
    }

    private mutating func list(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, countMax: Int,
        element: (inout JSONScanner) throws(SyntaxError) -> Void
    ) throws(SyntaxError) {
        try expect(opening)
        skipSpace()
        if peek == UInt8(ascii: closing) {
            index += 1
        } else {
            for count in 0... {
                guard count < countMax else { throw error }
                skipSpace()
                try element(&self)
                skipSpace()
                guard peek == UInt8(ascii: ",") else { break }
                index += 1
            }
            try expect(closing)
        }
        skipSpace()
        guard index == bytes.endIndex else { throw error }
    }

    private mutating func value() throws(SyntaxError) -> ArraySlice<UInt8> {
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
        index += 1
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): index += 1
            case 0..<0x20: throw error
            default: continue
            }
        }
        throw error
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
