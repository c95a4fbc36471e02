/// How far somebody has read the outbox.
struct OutboxPlace: Hashable {
    var incarnation: Int32 = 1
    var position: Int64 = 0

    /// Where to read on from, by the reader's rule: where there are newer incarnations, before the first event of them all.
    /// Nil for a database that is older than what was read: nothing in it counts.
    func next(among incarnations: [ModelDatabase.Incarnation]) -> OutboxPlace? {
        guard let newest = incarnations.map(\.number).max(), newest >= incarnation else { return nil }
        let first = incarnations.filter { $0.number > incarnation }.map(\.firstPosition).min()
        return OutboxPlace(incarnation: newest, position: min(position, first.map { $0 - 1 } ?? position))
    }
}
