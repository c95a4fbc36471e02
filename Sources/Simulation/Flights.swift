/// The blocks of one network that one daemon waits for: there are never many at once.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class Flights: @unchecked Sendable {
    private let maximum: Int
    private let database: ModelDatabase
    private var count = 0

    init(maximum: Int, database: ModelDatabase) {
        self.maximum = maximum
        self.database = database
    }

    func begin() {
        count += 1
        if count > maximum { database.note(.bounds, "\(count) blocks are asked for at once") }
    }

    func end() { count -= 1 }
}
