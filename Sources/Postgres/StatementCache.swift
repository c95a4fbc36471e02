/// The statements a connection has prepared, by text and parameter types.
///
/// Texts are constants of the program, so their number is small. Past the bound a statement is run without being
/// prepared; nothing is thrown out, since what came first is what a worker repeats.
struct StatementCache {
    struct Key: Hashable {
        let sql: String
        let types: [PostgresType]
    }

    /// How a statement is to be run.
    enum Plan: Equatable {
        case prepared(name: String)
        case prepare(name: String)
        case unprepared
    }

    private let limit: Int
    /// Nobody else's: behind a pooler another session's statement of the same name would be another one.
    private let prefix: String
    private var names: [Key: String] = [:]

    init(limit: Int = 256, prefix: String = "s" + String(UInt64.random(in: 0...UInt64.max), radix: 36)) {
        self.limit = limit
        self.prefix = prefix
    }

    func plan(for key: Key) -> Plan {
        if let name = names[key] { return .prepared(name: name) }
        return names.count < limit ? .prepare(name: "\(prefix)_\(names.count)") : .unprepared
    }

    /// Remembers that the server has prepared the statement.
    mutating func insert(_ key: Key, name: String) { names[key] = name }
}
