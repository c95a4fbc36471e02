import Foundation

/// A JSON value that is written as it was read: numbers of any size stay the text that they are.
public indirect enum RawJSON: Sendable {
    case object([(name: String, value: RawJSON)])
    case array([RawJSON])
    /// With its quotes and escapes.
    case string(String)
    case number(String)
    /// `true`, `false` or `null`.
    case literal(String)

    /// The value that makes up the text; nil for what is not JSON.
    public init?(_ text: [UInt8]) {
        var reader = Reader(text: text)
        guard let value = reader.value(), reader.isAtEnd else { return nil }
        self = value
    }

    /// The member of an object.
    public subscript(name: String) -> RawJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// As JSON text.
    public var text: String {
        switch self {
        case .object(let members): "{" + members.map { "\"\($0.name)\":\($0.value.text)" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .string(let text), .number(let text), .literal(let text): text
        }
    }

    /// A string without its quotes; nil for any other value.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return String(text.dropFirst().dropLast())
    }

    /// A number, or a string with hexadecimal digits, which is how EVM nodes write numbers.
    public var isNumeric: Bool {
        switch self {
        case .number: true
        case .string(let text): text.hasPrefix("\"0x")
        default: false
        }
    }

    /// Where numbers are: the names on the way to each, `*` for whatever place in an array.
    public func numbers(below path: [String] = []) -> Set<[String]> {
        switch self {
        case .object(let members):
            members.reduce(into: []) { $0.formUnion($1.value.numbers(below: path + [$1.name])) }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion($1.numbers(below: path + ["*"])) }
        default: isNumeric ? [path] : []
        }
    }

    /// The same with other text in the place of the numbers there, and whether there were any.
    public func replacing(_ path: ArraySlice<String>, with text: String) -> (value: RawJSON, isOther: Bool) {
        guard let name = path.first else { return isNumeric ? (.number(text), true) : (self, false) }
        let rest = path.dropFirst()
        var isOther = false
        func inner(_ value: RawJSON) -> RawJSON {
            let (value, isReplaced) = value.replacing(rest, with: text)
            isOther = isOther || isReplaced
            return value
        }
        switch self {
        case .object(let members):
            return (.object(members.map { ($0.name, $0.name == name ? inner($0.value) : $0.value) }), isOther)
        case .array(let elements) where name == "*": return (.array(elements.map(inner)), isOther)
        default: return (self, false)
        }
    }

    private struct Reader {
        let text: [UInt8]
        var place = 0

        var isAtEnd: Bool { text[place...].allSatisfy(Self.isSpace) }

        private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x0A, 0x0D, 0x09].contains(byte) }

        private mutating func next() -> UInt8? {
            while place < text.count, Self.isSpace(text[place]) { place += 1 }
            return place < text.count ? text[place] : nil
        }

        private mutating func take(_ character: Character) -> Bool {
            guard next() == character.asciiValue else { return false }
            place += 1
            return true
        }

        mutating func value() -> RawJSON? {
            guard let byte = next() else { return nil }
            switch Character(Unicode.Scalar(byte)) {
            case "{":
                var members: [(name: String, value: RawJSON)] = []
                place += 1
                if take("}") { return .object([]) }
                repeat {
                    guard next() != nil, let name = string(), take(":"), let value = value() else { return nil }
                    members.append((String(name.dropFirst().dropLast()), value))
                } while take(",")
                return take("}") ? .object(members) : nil
            case "[":
                var elements: [RawJSON] = []
                place += 1
                if take("]") { return .array([]) }
                repeat {
                    guard let element = value() else { return nil }
                    elements.append(element)
                } while take(",")
                return take("]") ? .array(elements) : nil
            case "\"": return string().map(RawJSON.string)
            case "-", "0"..."9": return .number(word())
            default: return .literal(word())
            }
        }

        private mutating func string() -> String? {
            let start = place
            place += 1
            while place < text.count, text[place] != UInt8(ascii: "\"") {
                place += text[place] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard place < text.count else { return nil }
            place += 1
            return String(decoding: text[start..<place], as: UTF8.self)
        }

        /// Up to what ends a number or a literal.
        private mutating func word() -> String {
            let start = place
            while place < text.count, !Self.isSpace(text[place]), !",]}".utf8.contains(text[place]) { place += 1 }
            return String(decoding: text[start..<place], as: UTF8.self)
        }
    }
}
