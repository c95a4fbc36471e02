public import Chain

/// Follows one network: decides what to ask which node, and which step to commit next. It routes events to the small
/// machines below it and keeps one rule of its own: **at most one step is in flight**, in the order
/// disconnect, register, connect, finalize, sight, observe.
///
///      (new) --resumed([])---> first run --start committed--+
///        |                                                  v
///        +-----resumed(window)--------------------------> following <--+
///                                                           |          | committed, nothing to do,
///                                                           | perform  | failed (again after a pause)
///                                                           v          |
///                                                        step in flight
///
///      first run:  askState -> askHeader(lowest) -> askHeaders … -> perform(start)
///      following:  askState -> tip is not the cursor: askHeaders … -> fetchBlock … -> perform(connect)
///                           -> tip is the cursor: perform(observe)
///                           -> its chain lacks the cursor: askHeaders … -> perform(disconnect) -> askHeaders …
///      any:        unknown format, or a commit of what was not offered --> halted --resumed--> as above
///                  resumed --> everything about the chain is dropped, as if new
///
/// - A node's state is asked for once in every poll interval and after hints. The rest follows from what it says.
/// - Headers come from one pinned node and must link to the cursor, block by block. Blocks come by hash, each whole
///   from one node, and must be what their header said. A node that gives anything else is left alone for a while
///   and its branch is dropped. Headers, blocks in memory and requests in flight are bounded.
/// - A block is gone from here only when a step committed it: an error never moves the cursor.
/// - A node whose chain lacks the cursor is weighed by `ForkSearch`. Until its chain has won, it lags or is on a fork,
///   and is waited for. One that leaves ours below the stored headers halts the network.
/// - The driver owns time-outs and the lease. It lets a machine run only while the lease is held, and begins again with
///   `resumed` when it was lost.
public struct NetworkMachine: Sendable {
    var settings: Settings
    /// The latest instant seen; it never goes back.
    var now = Instant(.zero)
    var isRunning = false
    var haltReason: String?
    var isHaltTold = false

    var nodes: NodeSet
    /// The choice of the starting point, until it is committed.
    var firstRun: FirstRun?
    var follower: ChainFollower
    /// The end of our chain, as far back as it may be disconnected.
    var ours: HeaderWindow
    /// When our cursor became what it is.
    var cursorSince = Instant(.zero)
    /// The weighing of a node's chain against ours.
    var fork: ForkSearch?
    /// A node whose chain ends on ours before its tip: the question is whether it lags or took the rest back.
    var doubt: Doubt?
    /// What it led to, until it is committed.
    var rollback: Rollback?
    /// How far the chain is settled.
    var finality = FinalityView()

    var step: Step?
    var lastKind: StepKind?
    var stepNotBefore: Instant?
    var isRegistrationPending = false
    var isSightingPending = false
    /// The last observation performed, and when.
    var observed: (observation: Observation, at: Instant)?

    var trouble: Trouble?
    var told = Told()
    var wakeAt: Instant?

    public init(_ settings: Settings) {
        self.settings = settings
        nodes = NodeSet(count: settings.nodeCount, pacing: settings.pacing)
        follower = ChainFollower(limits: settings.limits)
        ours = HeaderWindow(depth: settings.maxReorgDepth)
    }

    /// The last committed block; nil until the first run's start is committed.
    public var cursor: BlockReference? { follower.cursor }

    /// Finality tags that a node has taken back: nothing is to be decided by them.
    public var frozenTags: Set<FinalityTag> { finality.frozen }

    /// Whether nodes are asked how far their chain is settled.
    public mutating func watchFinality(_ isWanted: Bool) {
        settings.watchesFinality = isWanted
        // What nodes said, and took back, is nothing to anybody while no threshold asks for it.
        if !isWanted { finality.forgetNodes() }
    }

    /// A node to ask for blocks at or below the cursor, for a `register` step's scan; nil while there is none. What goes
    /// wrong there is the step's affair: it fails and is tried again.
    public func nodeForScan(at instant: Instant) -> Int? {
        cursor.flatMap { nodes.choice(at: max(now, instant)).node(reaching: $0.height) }
    }

    /// A node that gave our cursor as its tip, with the instant at which it was asked: `preferred` if it did.
    public func nodeAtTip(preferring preferred: Int?) -> (node: Int, asked: Instant)? {
        guard let cursor else { return nil }
        let atTip = nodes.nodes.indices.filter { nodes.nodes[$0].tip?.reference == cursor }
        return (atTip.first { $0 == preferred } ?? atTip.first).map { ($0, nodes.nodes[$0].stateAsked) }
    }

    /// How a node compares with the others.
    public func figures(of node: Int, at instant: Instant) -> NodeFigures? {
        nodes.contains(node) ? nodes.figures(of: node, beside: cursor, at: max(now, instant)) : nil
    }

    /// The height of the best tip that counts; nil while none does.
    public var headHeight: Int64? { nodes.agreement.head(after: cursor)?.state.tip.height }

    /// Takes one event at the instant of its handling and returns what is to be done about it, in order.
    public mutating func handle(_ event: Event, at instant: Instant) -> [Action] {
        now = max(now, instant)
        switch event {
        case .resumed(let window, let floor, let finality): resume(from: window, floor: floor, finality)
        case .state(let node, let result): take(result, fromNode: node)
        case .header(let node, let height, let result): take(result, at: height, fromNode: node)
        case .headers(let node, let after, let result): take(result, after: after, fromNode: node)
        case .block(let node, let reference, let result): take(result, for: reference, fromNode: node)
        case .known(let node, let reference, let result): take(result, ofKnowing: reference, fromNode: node)
        case .finality(let node, let result): take(result, fromNode: node)
        case .tipHint(let node): if nodes.contains(node) { nodes.hint(node) }
        case .registrationsPending: isRegistrationPending = true
        case .sightingsPending: isSightingPending = true
        case .stepDone(let outcome): endStep(outcome)
        case .woke: wakeAt = nil
        }
        return advance()
    }

    private mutating func resume(from window: [Header], floor: Int64?, _ heights: [FinalityTag: Int64]) {
        isRunning = true
        haltReason = nil
        isHaltTold = false
        nodes.forgetChain()
        firstRun = window.isEmpty ? FirstRun(start: settings.start, depth: settings.maxReorgDepth) : nil
        follower.reset(to: window.last?.reference)
        ours.reset(to: window, floor: floor)
        cursorSince = now
        fork = nil
        doubt = nil
        rollback = nil
        finality.reset(to: heights)
        step = nil
        lastKind = nil
        stepNotBefore = nil
        observed = nil
        trouble = nil
        // What is to be registered is known by state in the database alone: it is looked for after every start.
        isRegistrationPending = true
    }

    mutating func halt(_ reason: String) {
        haltReason = haltReason ?? reason
    }

    /// Asks and performs whatever has become possible.
    private mutating func advance() -> [Action] {
        guard isRunning else { return [] }
        var actions: [Action] = []
        if haltReason == nil {
            actions += nodes.polls(at: now).map { .askState(node: $0) }
            actions += firstRun == nil ? asksForBranch() + asksForFork() + asksOnTrial() : asksForStart()
            if settings.watchesFinality { actions += nodes.asksForFinality().map { .askFinality(node: $0) } }
        }
        if let haltReason {
            if !isHaltTold { actions.append(.halt(reason: haltReason)) }
            isHaltTold = true
            return actions
        }
        if let plan = nextStep() { actions.append(.perform(plan)) }
        actions += news().map { .report($0) }
        return actions + nextWake()
    }

    private mutating func nextWake() -> [Action] {
        var next = nodes.nextInstant(after: now)
        if let stepNotBefore, step == nil, stepNotBefore > now { next = min(next ?? stepNotBefore, stepNotBefore) }
        guard let next, next != wakeAt else { return [] }
        wakeAt = next
        return [.wake(at: next)]
    }
}
