import Testing

@testable import Daemon

@Suite struct CommitWaitsTests {
    @Test func aWaitIsToldOnceItIsLongAndUntilThereWasNoneForAWhile() {
        var waits = CommitWaits()
        let start = ContinuousClock.now
        // When it was looked, how long the oldest had waited, and whether that is worth telling.
        let looks: [(second: Int, wait: Int64?, isTold: Bool)] = [
            (0, nil, false), (1, 0, false), (2, 1, false), (3, 2, true), (4, 3, true),
            // Cut short by a time-out, and begun again.
            (5, nil, true), (6, 0, true), (9, 3, true), (18, nil, true), (19, nil, false), (20, 1, false),
        ]
        for look in looks {
            let isTold = waits.note(look.wait, at: start + .seconds(look.second))
            #expect(isTold == look.isTold, "after \(look.second) s")
        }
    }
}
