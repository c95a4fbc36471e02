/// When an owner is to be looked at again though nothing happens to it: the decision says so, so that whoever looks need know no
/// rule. What is over before its time does no harm, it is looked at in vain.
public struct Outlook: Hashable, Sendable {
    /// How far a network has to come.
    public struct Progress: Hashable, Sendable {
        public enum Mark: String, CaseIterable, Sendable {
            /// Every block up to the time has been read.
            case observed
            /// Every block up to the time is final.
            case final
        }

        public let network: String
        public let mark: Mark
        /// In seconds since 1970; nil where only its retirement will do. A retired network is as far as any may come.
        public let through: Int64?

        public init(network: String, mark: Mark, through: Int64?) {
            self.network = network
            self.mark = mark
            self.through = through
        }
    }

    /// From this time of the database's on, in seconds since 1970; nil where time alone changes nothing.
    public let at: Int64?
    /// Once a network is so far; nil where none is waited for.
    public let progress: Progress?
    /// What has not been decided since the deadline passed; nil before, and when all is.
    public let undecided: Undecided?

    public init(at: Int64? = nil, progress: Progress? = nil, undecided: Undecided? = nil) {
        self.at = at
        self.progress = progress
        self.undecided = undecided
    }

    /// Nothing will be decided unless something happens.
    public static let none = Outlook()

    /// How long, in seconds, until deposits are looked at again of which it is not known when they are given up.
    private static let usualPause: Int64 = 60

    /// Until any one of these is over, which all have to be, nothing can be decided. That is after `now`, so that whatever is
    /// looked at in vain comes behind all others that are due.
    init(_ question: Undecided.Question, _ waits: [Wait], now: Int64) {
        var at: Int64?
        var progress: Progress?
        switch waits.first {
        case nil: break
        case .deadline(let deadline)?: at = deadline
        case .registration(_, let network)?, .unfinal(_, let network)?:
            // Either is a step about the owner, unless there are no more of the network's.
            progress = Progress(network: network, mark: .observed, through: nil)
        case .pending(let deposit, let network, let until)?:
            at = until.map { $0 + 1 } ?? (deposit == nil ? now + Self.usualPause : nil)
            progress = Progress(network: network, mark: .observed, through: nil)
        case .observation(let network, let beyond)?:
            progress = Progress(network: network, mark: .observed, through: beyond + 1)
        case .finality(let network, let beyond)?:
            progress = Progress(network: network, mark: .final, through: beyond + 1)
        }
        var isPast = !waits.isEmpty
        if case .deadline? = waits.first { isPast = false }
        self.init(
            at: at.map { max($0, now + 1) }, progress: progress,
            undecided: isPast ? Undecided(question, waits) : nil)
    }
}
