import Testing

@testable import NodeHTTP

@Suite struct TransferQueueTests {
    private let now = ContinuousClock.now

    private func entry(_ ticket: UInt64, _ origin: String, after seconds: Int = 10) -> TransferQueue<Void>.Entry {
        .init(ticket: ticket, origin: origin, deadline: now + .seconds(seconds), payload: ())
    }

    /// Which of the entries are taken in.
    private func enqueue(_ entries: [TransferQueue<Void>.Entry], in queue: inout TransferQueue<Void>) -> [UInt64] {
        var taken: [UInt64] = []
        for entry in entries where queue.enqueue(entry) { taken.append(entry.ticket) }
        return taken
    }

    @Test func startsInOrderUpToTheLimitOfEachHost() {
        var queue = TransferQueue<Void>(activeMax: 2, waitingMax: 10)
        _ = enqueue((1...4).map { entry($0, "a") } + [entry(9, "b")], in: &queue)
        let first = queue.start().map(\.ticket)
        #expect(first.filter { $0 != 9 } == [1, 2])
        #expect(first.contains(9))
        let none = queue.start()
        #expect(none.isEmpty)
        queue.finish(origin: "a")
        let next = queue.start().map(\.ticket)
        #expect(next == [3])
    }

    @Test func refusesBeyondTheWaitingLimit() {
        var queue = TransferQueue<Void>(activeMax: 1, waitingMax: 2)
        let taken = enqueue((1...4).map { entry($0, "a") } + [entry(9, "b")], in: &queue)
        #expect(taken == [1, 2, 3, 9])
        _ = queue.start()
        let later = enqueue([entry(5, "a")], in: &queue)
        #expect(later.isEmpty)
        queue.finish(origin: "a")
        _ = queue.start()
        let last = enqueue([entry(6, "a"), entry(7, "a")], in: &queue)
        #expect(last == [6])
    }

    @Test func expiresAndRemovesWhatWaits() {
        var queue = TransferQueue<Void>(activeMax: 1, waitingMax: 10)
        _ = enqueue([(1, 1), (2, 5), (3, 3), (4, 9)].map { entry($0, "a", after: $1) }, in: &queue)
        let started = queue.start().map(\.ticket)
        #expect(started == [1])
        let expired = queue.expire(at: now + .seconds(4)).map(\.ticket)
        #expect(expired == [3])
        #expect(queue.earliestDeadline == now + .seconds(5))
        let removed = [queue.remove(ticket: 2)?.ticket, queue.remove(ticket: 1)?.ticket]
        #expect(removed == [2, nil])
        let expiredLater = queue.expire(at: now + .seconds(5))
        #expect(expiredLater.isEmpty)
        let rest = queue.removeAll().map(\.ticket)
        #expect(rest == [4])
        queue.finish(origin: "a")
        let none = queue.start()
        #expect(none.isEmpty)
    }
}
