internal import Chain
internal import NodeHTTP

/// One object of a node's answer, its values read strictly as execution-apis has them: QUANTITY in the shortest form,
/// DATA in whole bytes.
struct AnswerObject {
    private let members: [JSONScanner.Member]

    /// The most members that an object of a known kind has by far.
    private static let membersMax = 64

    /// The object that comes next.
    init(_ scanner: inout JSONScanner) throws(JSONScanner.SyntaxError) {
        members = try scanner.members(max: Self.membersMax)
    }

    /// The one object that makes up `text`.
    init(_ text: ArraySlice<UInt8>) throws(JSONScanner.SyntaxError) {
        var scanner = JSONScanner(text)
        try self.init(&scanner)
        try scanner.end()
    }

    var names: [String] { members.map { String(decoding: $0.key.prefix(32), as: UTF8.self) } }

    /// The JSON text of a member; nil when it is absent or null.
    subscript(_ name: StaticString) -> ArraySlice<UInt8>? {
        get throws(DecodeError) {
            var found: ArraySlice<UInt8>?
            for member in members where member.key.isEqual(to: name) {
                guard found == nil else { throw DecodeError(.malformed, "\(name) is there twice") }
                found = member.value
            }
            return found.flatMap { $0.isEqual(to: "null") ? nil : $0 }
        }
    }

    func require(_ name: StaticString) throws(DecodeError) -> ArraySlice<UInt8> {
        guard let value = try self[name] else { throw DecodeError(.malformed, "\(name) is missing") }
        return value
    }

    /// A QUANTITY of at most 64 bits; nil when absent.
    func number(_ name: StaticString) throws(DecodeError) -> UInt64? {
        guard let json = try self[name] else { return nil }
        guard let digits = HexDigits(json: json), digits.isQuantity, let number = digits.number else {
            throw DecodeError(.malformed, "\(name) is no number as nodes write them, or too large")
        }
        return number
    }

    func requireNumber(_ name: StaticString) throws(DecodeError) -> UInt64 {
        guard let number = try number(name) else { throw DecodeError(.malformed, "\(name) is missing") }
        return number
    }

    /// A QUANTITY; nil when absent.
    func amount(_ name: StaticString) throws(DecodeError) -> UInt256? {
        guard let json = try self[name] else { return nil }
        return try UInt256(json: json, name)
    }

    /// 32 bytes of DATA; nil when absent.
    func hash(_ name: StaticString) throws(DecodeError) -> Hash256? {
        guard let json = try self[name] else { return nil }
        guard let hash = Hash256(json: json) else { throw DecodeError(.malformed, "\(name) is no hash") }
        return hash
    }

    func requireHash(_ name: StaticString) throws(DecodeError) -> Hash256 {
        guard let hash = try hash(name) else { throw DecodeError(.malformed, "\(name) is missing") }
        return hash
    }

    /// 20 bytes of DATA; nil when absent.
    func address(_ name: StaticString) throws(DecodeError) -> WatchKey? {
        guard let json = try self[name] else { return nil }
        guard let key = WatchKey(json: json) else { throw DecodeError(.malformed, "\(name) is no address") }
        return key
    }
}

extension ArraySlice<UInt8> {
    func isEqual(to text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && text.withUTF8Buffer { elementsEqual($0) }
    }
}

extension Hash256 {
    /// Of a JSON string with 32 bytes in hexadecimal.
    init?(json: ArraySlice<UInt8>) {
        guard let hash = HexDigits(json: json)?.hash else { return nil }
        self = hash
    }
}

extension WatchKey {
    /// The address in a JSON string with 20 bytes in hexadecimal.
    init?(json: ArraySlice<UInt8>) {
        var bytes: [UInt8] = []
        guard let digits = HexDigits(json: json), digits.count == 40, digits.append(to: &bytes) else { return nil }
        self.init(bytes)
    }
}

extension UInt256 {
    /// Of a JSON string with a QUANTITY.
    init(json: ArraySlice<UInt8>, _ name: StaticString) throws(DecodeError) {
        var bytes: [UInt8] = []
        guard let digits = HexDigits(json: json), digits.isQuantity, digits.append(to: &bytes) else {
            throw DecodeError(.malformed, "\(name) is no number as nodes write them")
        }
        self.init(bigEndian: bytes.span.bytes)
    }

    /// Of at most 32 bytes.
    init(bigEndian bytes: RawSpan) {
        var (high, low) = (UInt128(0), UInt128(0))
        for index in 0..<bytes.byteCount {
            high = high << 8 | low >> 120
            low = low << 8 | UInt128(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
        self.init(high: high, low: low)
    }
}
