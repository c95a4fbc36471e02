/// What speaks against following a node, the weightiest last. Of two sets the one with the weightier member is the worse.
public struct Demerits: OptionSet, Hashable, Comparable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It answers in clearly more time than the fastest.
    public static let slow = Demerits(rawValue: 1)
    /// It is clearly later than others in having new blocks.
    public static let late = Demerits(rawValue: 2)
    /// It failed, or refused for too many requests, clearly more often than the best in the last minutes.
    public static let erring = Demerits(rawValue: 4)
    /// It failed several times in a row.
    public static let failing = Demerits(rawValue: 8)

    public static func < (left: Demerits, right: Demerits) -> Bool { left.rawValue < right.rawValue }
}

/// How a node has been behaving, as far as it counts when one is chosen. Each demerit is given at one measure and taken
/// back at a smaller one, so that a node whose measure wavers does not make the choice waver.
struct NodeConduct: Sendable {
    var errors = FadingCount()
    /// How long it takes to give its state; all nodes are asked for it.
    var statePace = AveragePace()
    /// How long it takes to give a block; only the node that is followed is asked for one.
    var blockPace = AveragePace()
    private(set) var demerits: Demerits = []

    /// What others do, which it is measured by.
    struct Measure {
        /// Below it a pace is as good as any.
        let paceMinimum: Duration
        let errors: Double
        let statePace: Duration
        let blockPace: Duration
    }

    /// Errors with which it is left for a node without any, and with which it is as good as that one again.
    static let errorsTolerated = (given: 1.0, taken: 0.25)

    mutating func setLate(_ isLate: Bool) { set(.late, isLate) }

    mutating func judge(by measure: Measure, isFailing: Bool, at now: Instant) {
        let errors = errors.value(at: now)
        set(.failing, isFailing)
        if errors >= max(Self.errorsTolerated.given, 2 * measure.errors) { set(.erring, true) }
        if errors <= max(Self.errorsTolerated.taken, measure.errors) { set(.erring, false) }

        blockPace.forget(at: now)
        let ratios = [(statePace, measure.statePace), (blockPace, measure.blockPace)].compactMap { pace, best in
            pace.average.map { $0 / max(best, measure.paceMinimum) }
        }
        if ratios.contains(where: { $0 > 2 }) { set(.slow, true) }
        if ratios.allSatisfy({ $0 < 1.5 }) { set(.slow, false) }
    }

    private mutating func set(_ demerit: Demerits, _ isGiven: Bool) {
        if isGiven { demerits.insert(demerit) } else { demerits.remove(demerit) }
    }
}

/// A number of events that fades by half every two minutes.
struct FadingCount: Sendable {
    static let halfLife: Duration = .seconds(120)
    private static let maximum = 64.0

    private var count = 0.0
    private var since = Instant(.zero)

    mutating func add(at now: Instant) {
        count = min(value(at: now) + 1, Self.maximum)
        since = now
    }

    func value(at now: Instant) -> Double {
        var halves = max(.zero, now - since) / Self.halfLife
        var value = count
        while halves >= 1, value > 0.001 {
            value /= 2
            halves -= 1
        }
        // Straight from one half to the next.
        return value > 0.001 ? value * (1 - halves / 2) : 0
    }
}

/// How long answers take: an average in which a new one weighs an eighth once there are as many.
struct AveragePace: Sendable {
    /// What fewer answers took says nothing: the first one may have set up a connection.
    static let answersMinimum = 4
    /// An average of answers longer ago says nothing any more.
    static let memory: Duration = .seconds(600)

    private var mean = Duration.zero
    private var count = 0
    private var last = Instant(.zero)

    var average: Duration? { count < Self.answersMinimum ? nil : mean }

    mutating func add(_ duration: Duration, at now: Instant) {
        count = min(count + 1, 8)
        mean += (duration - mean) / count
        last = now
    }

    mutating func forget(at now: Instant) {
        if now - last > Self.memory { count = 0 }
    }
}

/// The best heads of the last seconds: where a node ought to be that is up to date.
struct HeadTrail: Sendable {
    /// One that had not by then what another had is late.
    static let tolerance: Duration = .seconds(10)
    private static let countMaximum = 256

    private var heads: [(height: Int64, since: Instant)] = []

    mutating func note(_ height: Int64, at now: Instant) {
        if heads.last?.height != height { heads.append((height, now)) }
        // The last one from before is what was the head then.
        while heads.count > 1, heads[1].since <= now - Self.tolerance || heads.count > Self.countMaximum {
            heads.removeFirst()
        }
    }

    /// The best head at that time, as it was known then.
    func height(at instant: Instant) -> Int64? { heads.last { $0.since <= instant }?.height }
}
