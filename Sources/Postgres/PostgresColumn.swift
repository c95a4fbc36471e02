/// Which column of a row: by name (the first of that name) or by position from 0. Literals of both kinds will do.
public enum PostgresColumn: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case name(String)
    case index(Int)

    public init(stringLiteral name: String) { self = .name(name) }

    public init(integerLiteral index: Int) { self = .index(index) }
}

extension PostgresColumn: CustomStringConvertible {
    public var description: String {
        switch self {
        case .name(let name): "\"\(name)\""
        case .index(let index): "\(index)"
        }
    }
}
