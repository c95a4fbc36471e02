import Foundation

/// One row as a command shows it: the JSON object that the database made of it, and the columns a table picks from.
@dynamicMemberLookup
public struct ViewRow<Columns: Decodable & Sendable>: Sendable {
    /// The view's column names; amounts and times are strings, times in ISO 8601 UTC.
    public let json: String
    public let columns: Columns

    public init(json: String) throws(MalformedRow) {
        self.json = json
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do { columns = try decoder.decode(Columns.self, from: Data(json.utf8)) } catch {
            throw MalformedRow("\(Columns.self): \(error)")
        }
    }

    public subscript<Value>(dynamicMember path: KeyPath<Columns, Value>) -> Value { columns[keyPath: path] }
}
