import Sync

/// How fast something long gets on, told now and then: what is left, how much a second, and how long that takes.
struct Pace: Sendable {
    /// From one telling to the next.
    private static let interval: Duration = .seconds(10)
    private static let span: Duration = .seconds(60)

    /// Where it was at some instants of the last minute, oldest first.
    private var marks: [(instant: Instant, done: Int64)] = []

    /// `N blocks left, M a second, about T`, when it is time to say so and there is something to go by.
    mutating func tell(done: Int64, left: Int64, at now: Instant) -> String? {
        guard let last = marks.last else {
            marks = [(now, done)]
            return nil
        }
        guard now - last.instant >= Self.interval, left > 0 else { return nil }
        marks.append((now, done))
        while marks.count > 2, now - marks[0].instant > Self.span { marks.removeFirst() }
        let seconds = (now - marks[0].instant) / .seconds(1)
        let rate = Double(done - marks[0].done) / seconds
        guard rate > 0 else { return "\(left) blocks left, and none came in the last \(Int(seconds)) s" }
        return "\(left) blocks left, \(Self.rounded(rate)) a second, about \(Self.time(Double(left) / rate))"
    }

    private static func rounded(_ rate: Double) -> String {
        rate >= 10 ? String(Int(rate.rounded())) : String((rate * 10).rounded() / 10)
    }

    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<90: "\(Int(seconds.rounded(.up))) s"
        case ..<5_400: "\(Int((seconds / 60).rounded())) min"
        default: "\(Int((seconds / 3_600).rounded())) h"
        }
    }
}
