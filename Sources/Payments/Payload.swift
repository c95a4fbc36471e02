import Foundation

/// The JSON of an event's payload. Keys are sorted, so that the same fact is the same text; absent means unknown.
enum Payload {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("payloads hold only strings, integers and booleans, which always encode")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// `2026-11-23T10:00:00Z` for seconds since 1970.
    static func time(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }
}
