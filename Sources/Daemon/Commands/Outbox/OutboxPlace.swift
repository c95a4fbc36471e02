import Store

/// Where a reader of the outbox is.
struct OutboxPlace: Hashable, Sendable {
    /// The last position that it has dealt with.
    var position: Int64
    /// The newest incarnation that it knows; nil before it has looked.
    private(set) var incarnation: Int32?

    init(position: Int64) { self.position = position }

    /// Follows the outbox into its newest incarnation: back to before the first event that may be another one now. What was
    /// read just before is void then.
    ///
    /// - Returns: whether there was a newer one.
    /// - Throws: when the database is older than what was read from it.
    mutating func turn(_ turn: OutboxTurn) throws(CommandFailure) -> Bool {
        guard let known = incarnation else {
            incarnation = turn.newest
            return false
        }
        guard turn.newest >= known else {
            throw CommandFailure(
                message: """
                    the outbox is in incarnation \(turn.newest), and events of incarnation \(known) were read from it: this is \
                    an old database, such as a primary that was started again after a failover
                    """,
                advice: """
                    Have database.url lead to the newest one. Only if this is the one to go on with, run: confirmd outbox \
                    new-incarnation --above \(known) --reason …
                    """)
        }
        guard turn.newest > known else { return false }
        incarnation = turn.newest
        position = min(position, (turn.firstPosition ?? position + 1) - 1)
        return true
    }
}
