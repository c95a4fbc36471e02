/// One object of an answer, its members found and not yet read.
public struct JSONObject: Sendable {
    private let members: [JSONScanner.Member]

    /// A member is there more than once, so that readers could differ about which one counts.
    public struct Repetition: Error {}

    /// The object that comes next; more than `max` members are an error.
    public init(_ scanner: inout JSONScanner, max: Int) throws(JSONScanner.SyntaxError) {
        members = try scanner.members(max: max)
    }

    /// The one object that makes up `text`.
    public init(_ text: ArraySlice<UInt8>, max: Int) throws(JSONScanner.SyntaxError) {
        var scanner = JSONScanner(text)
        members = try scanner.object(membersMax: max)
    }

    /// The object that comes next, less the members whose values `take` reads itself and says so.
    public init(
        _ scanner: inout JSONScanner, max: Int, less take: (ArraySlice<UInt8>, inout JSONScanner) throws -> Bool
    ) throws {
        members = try scanner.members(max: max, less: take)
    }

    public var isEmpty: Bool { members.isEmpty }

    /// The names of the members, cut off where they are too long to be shown.
    public var names: [String] { members.map { String(decoding: $0.key.prefix(32), as: UTF8.self) } }

    /// The JSON text of a member; nil when it is absent or null.
    public subscript(_ name: StaticString) -> ArraySlice<UInt8>? {
        get throws(Repetition) {
            var found: ArraySlice<UInt8>?
            for member in members where member.key.isEqual(to: name) {
                guard found == nil else { throw Repetition() }
                found = member.value
            }
            return found.flatMap { $0.isEqual(to: "null") ? nil : $0 }
        }
    }
}

extension ArraySlice<UInt8> {
    public func isEqual(to text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && text.withUTF8Buffer { elementsEqual($0) }
    }
}
