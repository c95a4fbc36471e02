import Postgres

extension PostgresValue {
    /// A length of time, to be cast in the statement: `$1::interval`.
    static func interval(_ duration: Duration) -> PostgresValue {
        .text("\(duration.milliseconds) milliseconds")
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
