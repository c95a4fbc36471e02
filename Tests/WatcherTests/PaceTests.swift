import Sync
import Testing

@testable import Watcher

/// How something long says how it gets on.
@Suite struct PaceTests {
    @Test func itSaysWhatIsLeftHowFastAndHowLong() {
        var pace = Pace()
        #expect(pace.tell(done: 100, left: 900, at: Instant(.zero)) == nil)
        #expect(pace.tell(done: 150, left: 850, at: Instant(.seconds(5))) == nil, "not all the time")
        #expect(
            pace.tell(done: 350, left: 650, at: Instant(.seconds(10))) == "650 blocks left, 25 a second, about 26 s")
        #expect(
            pace.tell(done: 360, left: 100_000, at: Instant(.seconds(20)))
                == "100000 blocks left, 13 a second, about 2 h")
    }

    @Test func itSaysSoWhenNothingCame() {
        var pace = Pace()
        _ = pace.tell(done: 100, left: 900, at: Instant(.zero))
        #expect(
            pace.tell(done: 100, left: 900, at: Instant(.seconds(30)))
                == "900 blocks left, and none came in the last 30 s")
    }

    @Test func onlyTheLastMinuteCounts() {
        var pace = Pace()
        for second in stride(from: Int64(0), through: 600, by: 10) {
            // Ten a second for nine minutes, a hundred from then on.
            let done = second <= 540 ? second * 10 : 5_400 + (second - 540) * 100
            let words = pace.tell(done: done, left: 6_000, at: Instant(.seconds(second)))
            if second == 540 { #expect(words == "6000 blocks left, 10 a second, about 10 min") }
            if second == 600 { #expect(words == "6000 blocks left, 100 a second, about 60 s") }
        }
    }

    @Test func atTheEndThereIsNothingToSay() {
        var pace = Pace()
        _ = pace.tell(done: 100, left: 900, at: Instant(.zero))
        #expect(pace.tell(done: 1_000, left: 0, at: Instant(.seconds(30))) == nil)
    }
}
