import Foundation
import Payments

/// Those who follow the outbox while it is written, each in the way that it may be followed, and each with crashes of
/// its own.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class Consumers: @unchecked Sendable {
    private let loop: Loop
    private let database: ModelDatabase
    private var random: SplitMix64
    private var told: [Told] = []
    private var isOver = false

    /// Stores its place together with the effect.
    private(set) var cursor = (place: Int64(0), books: Books())
    /// Stores its place after the effect, so that it reads some events twice, and knows them by their ids.
    private(set) var repeating = (place: Int64(0), seen: Set<UUID>(), books: Books())
    /// Is called for each event, late, out of turn and more than once. What it keeps of each owner is the latest version.
    private(set) var called = (place: Int64(0), versions: [[String]: Int64](), books: [String: Books]())

    init(loop: Loop, database: ModelDatabase, random: SplitMix64) {
        self.loop = loop
        self.database = database
        self.random = random
        poll()
    }

    private func poll() {
        loop.after(random.duration(.seconds(1) ... .seconds(12))) { [self] in
            guard !isOver else { return }
            read(limit: random.int(1...20))
            poll()
        }
    }

    /// Reads what there is after a place, and crashes now and then in the middle.
    private func read(limit: Int) {
        for event in events(after: cursor.place, limit) {
            if random.chance(2) { break }
            cursor = (event.position, entered(event, cursor.books))
        }

        var place = repeating.place
        for event in events(after: repeating.place, limit) {
            if repeating.seen.insert(event.id).inserted { repeating.books.enter(event) }
            place = event.position
        }
        if !random.chance(30) { repeating.place = place }

        var calls = events(after: called.place, limit)
        called.place = calls.last?.position ?? called.place
        calls += calls.filter { _ in random.chance(20) }
        calls.shuffle(using: &random)
        for event in calls {
            if random.chance(20) {
                loop.after(random.duration(.seconds(1) ... .seconds(30))) { self.call(event) }
            } else {
                call(event)
            }
        }
    }

    private func call(_ event: Told) {
        let subject = [event.aggregate.id, event.payload.deposit_id?.uuidString ?? ""]
        // Being registered says nothing of an invoice's status.
        guard event.payload.deposit_id != nil || event.kind == .invoiceStatusChanged || event.kind == .invoiceRefused,
            called.versions[subject, default: -1] < event.version
        else { return }
        called.versions[subject] = event.version
        called.books[event.aggregate.id, default: Books()].enter(event)
    }

    private func entered(_ event: Told, _ books: Books) -> Books {
        var books = books
        books.enter(event)
        return books
    }

    private func events(after place: Int64, _ limit: Int) -> [Told] {
        while told.count < database.outbox.count { told.append(Told(database.outbox[told.count])) }
        return Array(told.dropFirst(Int(place)).prefix(limit))
    }

    /// The called one's books in one: a deposit that moved to another owner is where it was told of last.
    var calledBooks: Books {
        var all = Books()
        for books in called.books.values { all.merge(books) }
        return all
    }

    /// Everything that there is to read, once more without a limit.
    func finish() -> [Told] {
        isOver = true
        let all = events(after: 0, .max)
        for event in all.dropFirst(Int(cursor.place)) { cursor.books.enter(event) }
        for event in all.dropFirst(Int(repeating.place)) where repeating.seen.insert(event.id).inserted {
            repeating.books.enter(event)
        }
        for event in all { call(event) }
        return all
    }
}
