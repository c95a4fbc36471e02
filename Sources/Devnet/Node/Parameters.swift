internal import Foundation

/// What a request says, from its query or from its body, a flat JSON object: every value as text.
struct Parameters: Sendable {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// No body is no parameters.
    init(json body: [UInt8]) throws(RequestError) {
        guard !body.isEmpty else {
            self.init([:])
            return
        }
        guard let scalars = try? JSONDecoder().decode([String: Scalar].self, from: Data(body)) else {
            throw RequestError("the body is not a JSON object of texts, whole numbers and truth values")
        }
        self.init(scalars.compactMapValues(\.text))
    }

    func text(_ name: String) -> String? { values[name] }

    /// A whole number; nil where none is given.
    func integer(_ name: String) throws(RequestError) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let number = Int64(text) else { throw RequestError("\(name) is not a whole number: \(text.prefix(40))") }
        return number
    }

    /// A number from a range; `standard` where none is given.
    func integer(_ name: String, in range: ClosedRange<Int>, or standard: Int) throws(RequestError) -> Int {
        guard let number = try integer(name) else { return standard }
        guard let number = Int(exactly: number), range.contains(number) else {
            throw RequestError("\(name) is \(number); it goes from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func isTrue(_ name: String) -> Bool { values[name]?.lowercased() == "true" }

    /// A member of an enumeration by its name; `standard` where none is given.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, or standard: Choice
    ) throws(RequestError) -> Choice {
        guard let text = values[name] else { return standard }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw RequestError("\(name) is one of \(names), not \(text.prefix(40))")
        }
        return choice
    }

    /// Refuses any name but these: a misspelt one would be ignored.
    func allow(_ names: String...) throws(RequestError) {
        for name in values.keys.sorted() where !names.contains(name) {
            throw RequestError("\(name.prefix(40)) is none of \(names.joined(separator: ", "))")
        }
    }
}

/// A request that makes no sense.
struct RequestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

private struct Scalar: Decodable {
    let text: String?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            text = nil
        } else if let value = try? container.decode(Bool.self) {
            text = String(value)
        } else if let value = try? container.decode(Int64.self) {
            text = String(value)
        } else {
            text = try container.decode(String.self)
        }
    }
}
