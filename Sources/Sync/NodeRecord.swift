internal import Chain

/// What is known of one node: its last state, what it has been asked, and how it has behaved.
struct NodeRecord: Sendable {
    enum Lookup: Hashable, Sendable {
        case header(height: Int64)
        case headers(after: BlockReference)
        case whetherKnown(BlockReference)
    }

    /// What a node is asked for.
    enum Question: Sendable {
        case state, finality
        /// Headers and blocks.
        case work
    }

    /// Failures in a row from which on a node counts as failing; fewer are weather.
    static let failuresTolerated = 2
    /// Hints between two regular polls that may turn out to be empty before further ones are ignored.
    static let emptyHintsMaximum = 2

    /// The last state it gave; nil before the first and after it has failed for good.
    var state: NodeState?
    /// When the request was sent that `state` answers.
    var stateAsked = Instant(.zero)

    /// When the state request in flight was sent.
    var pollSent: Instant?
    /// Whether it is to be asked how far its chain is settled, and is being asked.
    var isFinalityWanted = false
    var isFinalityAsked = false
    /// When the requests for blocks in flight were sent.
    var fetches: [BlockReference: Instant] = [:]
    /// The block that it is asked for on trial, since it failed to give others.
    var trial: BlockReference?
    /// The one request for headers in flight.
    var lookup: Lookup?
    /// When its state is asked for regularly; nil is at once.
    var nextPoll: Instant?
    var isHinted = false
    var emptyHints = 0

    /// Not asked for anything before then.
    var notBefore: Instant?
    /// Because it wanted fewer requests: answers that were under way change nothing about it.
    var isThrottled = false
    /// Failed polls in a row.
    var pollFailures = 0
    /// Failed questions in a row about how far its chain is settled: it may be good for all else.
    var finalityFailures = 0
    /// Failures and lies about headers and blocks since it last served what it failed to give.
    var workFailures = 0
    /// The lowest block that it failed to give. As long as our chain does not have it, or another in its place, other
    /// blocks that it gives don't make up for it.
    var owed: BlockReference?
    /// Refusals for too many requests in a row.
    var throttles = 0
    var isWrongChain = false
    var lastError: NodeError?
    var conduct = NodeConduct()

    /// Its last state led nowhere: it is asked for headers again only after its next one.
    var isSpent = false
    /// Whether a tip of it that is above our cursor counts: when it was last asked for what comes after the cursor, it had
    /// something to show.
    var isShowing = false
    /// When the first was asked of those of its last states that claim a tip above our cursor and have shown nothing of it.
    var emptySince: Instant?
    /// They went on for a poll interval.
    var isEmpty = false
    /// Its tip when its best chain turned out not to contain our cursor.
    var forkedTip: BlockReference?
    /// Its tip when its chain was last found not to replace ours, and when it was asked for that tip.
    var judged: (tip: BlockReference, asked: Instant)?
    /// How many of its states said that this block, our cursor then, is not on its best chain, and none that it is.
    var denials = 0
    var denied: BlockReference?

    var failures: Int { max(pollFailures, workFailures) }
    var isFailing: Bool { isWrongChain || isEmpty || failures > Self.failuresTolerated }

    /// It failed to give blocks that others have given since.
    var isOnTrial: Bool { workFailures > Self.failuresTolerated && owed == nil }

    /// Its last state and when it was asked for it; none unless it is synced and serves our chain.
    var word: (state: NodeState, asked: Instant)? {
        guard let state, state.isSynced, !isWrongChain else { return nil }
        return (state, stateAsked)
    }

    /// The tip it may be followed to.
    var tip: Header? { word?.state.tip }

    /// Its best chain does not contain our cursor.
    var isForked: Bool { forkedTip != nil && forkedTip == tip?.reference }

    /// Its chain lost against ours.
    var isOutweighed: Bool { judged != nil && judged?.tip == tip?.reference }

    mutating func forgetClaim() {
        isShowing = false
        endClaim()
    }

    mutating func endClaim() {
        emptySince = nil
        isEmpty = false
    }

    mutating func forgetFork() {
        forkedTip = nil
        judged = nil
        denials = 0
        denied = nil
    }

    /// It is to be believed that `cursor` is no longer canonical.
    func hasDenied(_ cursor: BlockReference) -> Bool { denied == cursor && denials >= 2 }

    func isOpen(at now: Instant) -> Bool { notBefore.map { $0 <= now } ?? true }

    /// When its state is to be asked for next; nil while a request for it is in flight.
    func pollDue(at now: Instant) -> Instant? {
        guard pollSent == nil else { return nil }
        let wanted = isHinted ? now : nextPoll ?? now
        return max(wanted, notBefore ?? wanted)
    }

    /// Counts one more failure of its kind; returns how many that makes in a row. Throttling is counted by itself: it
    /// is not a sign of ill health.
    mutating func count(_ code: NodeError.Code, of question: Question) -> Int {
        if code == .rateLimited {
            throttles += 1
            return throttles
        }
        switch question {
        case .state: countPoll()
        case .finality: finalityFailures += 1
        case .work: workFailures += 1
        }
        return max(failures, finalityFailures)
    }

    /// Counts one more failed poll: after too many in a row its last state is not news.
    mutating func countPoll() {
        pollFailures += 1
        if pollFailures > Self.failuresTolerated { state = nil }
    }

    func health(cursor: BlockReference?, at now: Instant) -> NodeHealth {
        if isWrongChain { return .wrongChain }
        if isFailing { return .failing(lastError?.description ?? "") }
        if isThrottled, !isOpen(at: now) { return .throttled }
        guard let state else { return .unknown }
        if !state.isSynced { return .downloading }
        guard let cursor, state.tip.reference != cursor else { return .healthy }
        if isForked { return .forked }
        return state.tip.height < cursor.height ? .lagging : .healthy
    }
}
