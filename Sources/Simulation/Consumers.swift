import Foundation
import Payments

/// Those who follow the outbox while it is written, each in the way that it may be followed, and each with crashes of
/// its own. A new incarnation has each of them go back, and replace what it knew by what it had known there.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class Consumers: @unchecked Sendable {
    /// What one of them has applied, in order, and how far it has read.
    struct Applied {
        fileprivate(set) var place = OutboxPlace()
        fileprivate(set) var books = Books()
        fileprivate var events: [Told] = []
        fileprivate var ids: Set<UUID> = []

        /// False where it knows the event already.
        fileprivate mutating func apply(_ event: Told) -> Bool {
            guard ids.insert(event.id).inserted else { return false }
            events.append(event)
            books.enter(event)
            return true
        }

        /// False where the database is older than what was read.
        fileprivate mutating func follow(_ incarnations: [ModelDatabase.Incarnation]) -> Bool {
            guard let next = place.next(among: incarnations) else { return false }
            if next.incarnation > place.incarnation {
                let kept = events.filter { $0.position <= next.position }
                self = Applied(place: next)
                for event in kept { _ = apply(event) }
            }
            place = next
            return true
        }
    }

    private let loop: Loop
    private let database: ModelDatabase
    private var random: SplitMix64
    private var told: [Told] = []
    private var toldIn = 0
    private var isOver = false

    /// Stores its place together with the effect.
    private(set) var cursor = Applied()
    /// Stores its place after the effect, so that it reads some events twice, and knows them by their ids.
    private(set) var repeating = Applied()
    /// Is called for each event, late, out of turn and more than once.
    private(set) var called = Called()

    init(loop: Loop, database: ModelDatabase, random: SplitMix64) {
        self.loop = loop
        self.database = database
        self.random = random
        poll()
    }

    /// The newest incarnation that any of them has seen.
    var newest: Int32 { max(cursor.place.incarnation, repeating.place.incarnation, called.place.incarnation) }

    private func poll() {
        loop.after(random.duration(.seconds(1) ... .seconds(12))) { [self] in
            guard !isOver else { return }
            if !database.isDown { read(limit: random.int(1...20)) }
            poll()
        }
    }

    /// Reads what there is after a place, and crashes now and then in the middle.
    private func read(limit: Int) {
        if cursor.follow(database.incarnations) {
            for event in events(after: cursor.place.position, limit) {
                if random.chance(2) { break }
                _ = cursor.apply(event)
                cursor.place.position = event.position
            }
        }
        if repeating.follow(database.incarnations) {
            let before = repeating.place
            for event in events(after: before.position, limit) {
                _ = repeating.apply(event)
                repeating.place.position = event.position
            }
            if random.chance(30) { repeating.place = before }
        }
        if called.follow(database.incarnations) { call(limit: limit) }
    }

    private func call(limit: Int) {
        var calls = events(after: called.place.position, limit)
        called.place.position = calls.last?.position ?? called.place.position
        calls += calls.filter { _ in random.chance(20) }
        calls.shuffle(using: &random)
        for event in calls {
            if random.chance(20) {
                loop.after(random.duration(.seconds(1) ... .seconds(30))) { self.called.call(event) }
            } else {
                called.call(event)
            }
        }
    }

    private func events(after place: Int64, _ limit: Int) -> [Told] {
        if toldIn != database.generation { (told, toldIn) = ([], database.generation) }
        while told.count < database.outbox.count { told.append(Told(database.outbox[told.count])) }
        return Array(told.dropFirst(Int(place)).prefix(limit))
    }

    /// Everything that there is to read, once more without a limit.
    func finish() -> [Told] {
        isOver = true
        let all = events(after: 0, .max)
        if cursor.follow(database.incarnations) {
            for event in all.dropFirst(Int(cursor.place.position)) { _ = cursor.apply(event) }
        }
        if repeating.follow(database.incarnations) {
            for event in all.dropFirst(Int(repeating.place.position)) { _ = repeating.apply(event) }
        }
        if called.follow(database.incarnations) { for event in all { called.call(event) } }
        return all
    }
}
