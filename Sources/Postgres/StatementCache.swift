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
    private var names: [Key: String] = [:]

    init(limit: Int = 256) { self.limit = limit }

    func plan(for key: Key) -> Plan {
        if let name = names[key] { return .prepared(name: name) }
        return names.count < limit ? .prepare(name: "s\(names.count)") : .unprepared
    }

    /// Remembers that the server has prepared the statement.
    mutating func insert(_ key: Key, name: String) { names[key] = name }
}
