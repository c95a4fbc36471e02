internal import Chain
internal import NodeHTTP

/// One object of a node's answer, its values read strictly as execution-apis has them: QUANTITY in the shortest form,
/// DATA in whole bytes.
struct AnswerObject {
    private let object: JSONObject

    /// The most members that an object of a known kind has by far.
    private static let membersMax = 64

    /// The object that comes next.
    init(_ scanner: inout JSONScanner) throws(JSONScanner.SyntaxError) {
        object = try JSONObject(&scanner, max: Self.membersMax)
    }

    /// The one object that makes up `text`.
    init(_ text: ArraySlice<UInt8>) throws(JSONScanner.SyntaxError) {
        object = try JSONObject(text, max: Self.membersMax)
    }

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

    /// A QUANTITY of at most 64 bits; nil when absent.
    func number(_ name: StaticString) throws(DecodeError) -> UInt64? {
        guard let json = try self[name] else { return nil }
        guard let digits = HexDigits(json: json), digits.isQuantity, let number = digits.number else {
            throw DecodeError(.malformed, "\(name) is not a number as nodes write them, or too large")
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
        guard let hash = Hash256(json: json) else { throw DecodeError(.malformed, "\(name) is not a hash") }
        return hash
    }

    func requireHash(_ name: StaticString) throws(DecodeError) -> Hash256 {
        guard let hash = try hash(name) else { throw DecodeError(.malformed, "\(name) is missing") }
        return hash
    }

    /// 20 bytes of DATA; nil when absent.
    func address(_ name: StaticString) throws(DecodeError) -> WatchKey? {
        guard let json = try self[name] else { return nil }
        guard let key = WatchKey(json: json) else { throw DecodeError(.malformed, "\(name) is not an address") }
        return key
    }
}

extension HexDigits {
    /// Those of a JSON string `"0x…"`, which is how nodes write all numbers and bytes; nil when `json` is no such.
    init?(json: ArraySlice<UInt8>) {
        let start = json.startIndex
        guard json.count >= 4, json[start] == UInt8(ascii: "\""), json[json.endIndex - 1] == UInt8(ascii: "\""),
            json[start + 1] == UInt8(ascii: "0"), json[start + 2] == UInt8(ascii: "x")
        else { return nil }
        self.init(json[start + 3..<json.endIndex - 1])
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
            throw DecodeError(.malformed, "\(name) is not a number as nodes write them")
        }
        self.init(bigEndian: bytes.span.bytes)
    }
}
