/// What requests get instead of their answers.
struct Fault: Sendable {
    enum Effect: String, CaseIterable, Sendable {
        /// HTTP statuses. 403 is what TronGrid says when the day's requests are used up.
        case forbidden = "403"
        case tooMany = "429"
        case failure = "500"
        case unavailable = "503"
        /// No answer at all for a minute.
        case hang
        /// The first half of the answer.
        case truncated
    }

    let effect: Effect
    /// How the path of a request begins for it to be hit.
    let path: String
    /// How many of them still get their answers first.
    private var skip: Int
    /// How many are hit after that; nil: all.
    private var times: Int?

    init(_ effect: Effect, path: String, skip: Int, times: Int?) {
        self.effect = effect
        self.path = path
        self.skip = skip
        self.times = times
    }

    /// Whether it hits a request, which it then counts.
    mutating func hits(_ path: String) -> Bool {
        guard path.hasPrefix(self.path) else { return false }
        if skip > 0 {
            skip -= 1
            return false
        }
        guard let times else { return true }
        self.times = max(times - 1, 0)
        return times > 0
    }
}
