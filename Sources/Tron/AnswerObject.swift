internal import Chain
internal import NodeHTTP

/// One object of a node's answer, its values read strictly as java-tron writes those of a protobuf message: numbers in
/// decimal, bytes in hexadecimal without a prefix, and nothing at all for what is zero or empty.
struct AnswerObject {
    private let object: JSONObject

    /// The most members that an object of a known kind has by far.
    private static let membersMax = 64

    /// The object that comes next. `read` reads the value of the member `name` where it stands, so that what is large is
    /// not gone over twice.
    ///
    /// Fields that a message does not have are written under their numbers. Whoever sends a transaction may put in any
    /// number of such, and the chain looks at none of them: they are passed over.
    init(
        _ scanner: inout JSONScanner, _ name: StaticString = "", _ read: (inout JSONScanner) throws -> Void = { _ in }
    ) throws {
        var isRead = false
        object = try JSONObject(&scanner, max: Self.membersMax) { key, scanner in
            guard let first = key.first, first > UInt8(ascii: "9") else {
                _ = try scanner.value()
                return true
            }
            guard key.isEqual(to: name) else { return false }
            guard !isRead else { throw DecodeError(.malformed, "\(name) is there twice") }
            isRead = true
            try read(&scanner)
            return true
        }
    }

    /// The one object that makes up `text`.
    init(
        _ text: ArraySlice<UInt8>, _ name: StaticString = "", _ read: (inout JSONScanner) throws -> Void = { _ in }
    ) throws {
        var scanner = JSONScanner(text)
        try self.init(&scanner, name, read)
        try scanner.end()
    }

    var isEmpty: Bool { object.isEmpty }

    var names: [String] { object.names }

    /// The JSON text of a member; nil when it is absent or null.
    subscript(_ name: StaticString) -> ArraySlice<UInt8>? {
        get throws(DecodeError) {
            do { return try object[name] } catch { throw DecodeError(.malformed, "\(name) is there twice") }
        }
    }

    func require(_ name: StaticString) throws(DecodeError) -> ArraySlice<UInt8> {
        guard let value = try self[name] else { throw DecodeError(.malformed, "\(name) is missing") }
        return value
    }

    /// The object that a member is.
    func object(_ name: StaticString) throws -> AnswerObject {
        try AnswerObject(try require(name))
    }

    /// Calls `body` before each element of the array that a member is; not at all when it is absent.
    func forEach(_ name: StaticString, _ body: (inout JSONScanner) throws -> Void) throws {
        guard let json = try self[name] else { return }
        var scanner = JSONScanner(json)
        try scanner.forEach(body)
        try scanner.end()
    }

    /// Zero when absent.
    func integer(_ name: StaticString) throws(DecodeError) -> Int64 {
        guard let json = try self[name] else { return 0 }
        guard let number = Int64(json: json) else {
            throw DecodeError(.malformed, "\(name) is not a number of 64 bits")
        }
        return number
    }

    /// What is between the quotes; nil when absent.
    func text(_ name: StaticString) throws(DecodeError) -> ArraySlice<UInt8>? {
        guard let json = try self[name] else { return nil }
        guard let text = json.unquoted else { throw DecodeError(.malformed, "\(name) is not plain text") }
        return text
    }

    /// None when absent; more than `max` are an error.
    func bytes(_ name: StaticString, max: Int) throws(DecodeError) -> [UInt8] {
        guard let text = try text(name) else { return [] }
        guard let bytes = [UInt8](hex: text, max: max) else {
            throw DecodeError(.malformed, "\(name) is not hexadecimal text, or too long")
        }
        return bytes
    }

    func requireHash(_ name: StaticString) throws(DecodeError) -> Hash256 {
        guard let text = try text(name), let hash = HexDigits(text).hash else {
            throw DecodeError(.malformed, "\(name) is not a hash")
        }
        return hash
    }

    /// Whether a member has these bytes.
    func has(_ bytes: some Collection<UInt8>, as name: StaticString) throws(DecodeError) -> Bool {
        try self.bytes(name, max: bytes.count).elementsEqual(bytes)
    }
}

extension ArraySlice<UInt8> {
    /// The inside of a JSON string; nil for any other text. What is looked for in one has nothing to escape.
    var unquoted: ArraySlice<UInt8>? {
        guard count >= 2, first == UInt8(ascii: "\""), last == UInt8(ascii: "\"") else { return nil }
        return dropFirst().dropLast()
    }
}

extension JSONScanner {
    /// Calls `body` before each element of the array that comes next.
    mutating func forEach(_ body: (inout JSONScanner) throws -> Void) throws {
        try openArray()
        while try nextElement() { try body(&self) }
    }
}

extension [UInt8] {
    /// The bytes that pairs of hexadecimal digits spell; nil when they do not, or spell more than `max`.
    init?(hex text: ArraySlice<UInt8>, max: Int) {
        self = []
        guard text.count.isMultiple(of: 2), text.count / 2 <= max, HexDigits(text).append(to: &self) else { return nil }
    }
}

extension Int64 {
    /// Of a JSON number without fraction and exponent, in its shortest form.
    init?(json: ArraySlice<UInt8>) {
        let isNegative = json.first == UInt8(ascii: "-")
        let digits = isNegative ? json.dropFirst() : json
        guard (1...19).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            return nil
        }
        var number: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        guard !isNegative else {
            guard number > 0, number <= 1 << 63 else { return nil }
            self = Int64(truncatingIfNeeded: 0 &- number)
            return
        }
        self.init(exactly: number)
    }
}
