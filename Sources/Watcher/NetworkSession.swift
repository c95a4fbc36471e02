import Chain
import Foundation
import Logging
import Payments
import Store
import Sync
import Telemetry

/// Follows a network under one epoch. It performs what `NetworkMachine` wants: asks run side by side, steps one after the
/// other, and every end of either is an event for the machine.
actor NetworkSession: LaneSession {
    private enum Signal: Sendable {
        case machine(NetworkMachine.Event)
        /// The step loop is done with one piece of work, for good or with what ends the session.
        case worked(Sync.StepOutcome?, (any Error)?)
        /// An operator wants something of this network.
        case command(WaitingCommand)
        /// The configuration is another one, or thresholds need no longer be raised.
        case reload
        case judge
        /// A node's long poll has ended.
        case waited(node: Int)
        case stop
    }

    private enum Work: Sendable {
        case plan(StepPlan)
        case command(WaitingCommand)
        case reload
        case raise(Alarm)
        /// What was held back for want of agreement may have found it.
        case judge
        case tellState
    }

    /// What the worker's next session begins with.
    let current: CurrentSettings
    private(set) var settings: NetworkSettings
    let nodes: [any ChainNode]
    let addresses: any AddressFormat
    let store: any LaneStore
    let logger: Logger
    let committer: LaneCommitter<Step>
    private let host: String
    let metrics: Metrics
    let heartbeat: Heartbeat
    var health: [Int: NodeHealth] = [:]
    /// How far it has come, as the machine sees it, and what keeps it from getting on.
    var progress = Progress.starting
    var obstacle: String?
    let tellNodes: @Sendable ([NodeStatus]) -> Void
    private var warmKeys: WatchedKeys?
    let memory: BlockMemory
    let tell: @Sendable (WorkerStatus) -> Void
    let runtime: Runtime
    private let signals: AsyncStream<Signal>
    private let send: AsyncStream<Signal>.Continuation

    var machine: NetworkMachine
    /// Where the network stands: what the next step is made on.
    var base: LaneSnapshot { committer.base }
    var policy: Policy
    /// What is configured, with its thresholds raised while there is reason to.
    private(set) var inForce: Publication
    /// When they need no longer be.
    var cautionEnds = Instant(.zero)
    var burst: BlockBurst?
    var index = WatchIndex(secret: (0, 0))
    /// Up to which watch number of other networks their keys are in the index, where an address means the same there.
    private var siblings: [String: Int64] = [:]
    /// Scans back for newly watched keys that are under way.
    var scans: [Scan] = []
    /// Keys are watched that wait for a scan which is not in `scans` yet.
    var hasUnscannedOptions = true
    /// Transactions with deposits that are in no block.
    var unmined = UnminedTransactions()
    var mempool: MempoolView?
    var state = NetworkState.starting
    var stateReason: String?
    var isStateTold = true
    /// Why finality is not to be relied on; nil when it is.
    var frozen: String?
    /// What keeps deposits from being credited; nil when nothing does.
    var dissent: Dissent? { didSet { noteDissent(since: oldValue) } }
    /// When nodes were last asked for their agreement.
    var agreementAsked = Instant(.zero)
    /// Something waits for its transaction to be locked.
    var awaitsLocks = false
    /// Of the catch-up.
    var pace = Pace()
    /// Sleeps until the machine wants to be woken. There is never more than one: each wake begets the next.
    private var wake: Task<Void, Never>?
    /// Nodes with a long poll under way.
    private var waiting: Set<Int> = []
    private var queue: [Work] = []
    private var isWorking = false
    /// Told to stop: what runs is finished, nothing new is begun.
    private(set) var isStopping = false
    /// Cut short the questions to nodes that a step waits for.
    var interrupts: [Int: @Sendable () -> Void] = [:]

    init(
        settings current: CurrentSettings, nodes: [any ChainNode], addresses: any AddressFormat, memory: BlockMemory,
        context: LaneWorker.Context
    ) {
        self.current = current
        self.memory = memory
        let settings = current.value
        self.settings = settings
        self.nodes = nodes.map {
            MeasuredNode(
                node: $0, network: settings.network, metrics: context.metrics, now: context.runtime.now)
        }
        self.addresses = addresses
        store = context.store
        committer = LaneCommitter(
            context.store, lane: settings.network, epoch: context.epoch, metrics: context.metrics,
            logger: context.logger)
        host = context.host
        runtime = context.runtime
        logger = context.logger
        metrics = context.metrics
        heartbeat = context.heartbeat
        tellNodes = context.tellNodes
        warmKeys = context.keys
        tell = context.tell
        var machineSettings = NetworkMachine.Settings(
            nodeCount: nodes.count, start: settings.start, maxReorgDepth: settings.maxReorgDepth)
        machineSettings.pollInterval = settings.pollInterval
        machineSettings.watchesFinality = !settings.publication.tags.isEmpty
        machine = NetworkMachine(machineSettings)
        mempool = settings.mempool.map { MempoolView($0) }
        inForce = settings.publication
        policy = inForce.policy(of: settings.network, number: 0)
        (signals, send) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    func run() async -> SessionEnd {
        do {
            try await load()
            try await follow()
            return .stopped
        } catch {
            return SessionEnd(error)
        }
    }

    nonisolated func stop() { send.yield(.stop) }

    nonisolated func reload() { send.yield(.reload) }

    // MARK: The start

    private func load() async throws {
        let isReloaded = try await takePolicy()
        if try await store.isRetired() { throw Interruption.retired }
        heartbeat.beat(at: now)
        index = try await WatchedKeys(
            from: store, onto: warmKeys.take(), through: base.watchNumber,
            onProgress: { [heartbeat, runtime] in heartbeat.beat(at: runtime.now()) }
        ).index
        try await watchSiblings()
        unmined = UnminedTransactions(try await store.unmined())
        heartbeat.beat(at: now)
        logger.info(
            "loaded",
            metadata: [
                "tip": "\(base.tip.map { "\($0)" } ?? "none")", "watched": "\(base.watchNumber)",
                "policy": "\(base.policyNumber)",
            ])
        try await judgeAnew()
        if isReloaded { noteReload() }
    }

    /// Has what comes here for an address of an open invoice on another network noticed, too.
    private func watchSiblings() async throws {
        for sibling in try await store.siblingKeys(after: siblings) {
            index.insert(sibling.key)
            siblings[sibling.network] = max(siblings[sibling.network] ?? 0, sibling.watchNumber)
        }
    }

    /// Publishes what the last reload has brought, or else what is in force. What the database refuses, for an asset
    /// that is not what it was, changes nothing.
    ///
    /// - Returns: whether a reload is in force that was not before.
    private func takePolicy() async throws -> Bool {
        guard let offered = current.takeOffered() else {
            try await takePolicy(of: settings)
            return false
        }
        var reloaded = settings
        reloaded.publication = offered
        do {
            try await takePolicy(of: reloaded)
        } catch let error as StoreError where [.refused, .unstorable].contains(error.disposition) {
            logger.error(
                "the reloaded configuration is refused; the former one stays", metadata: ["reason": "\(error)"])
            try await takePolicy(of: settings)
            return false
        } catch {
            current.giveBack(offered)
            throw error
        }
        settings = reloaded
        current.value = reloaded
        return true
    }

    /// Puts a reload, or the end of a caution, into force: what has become due under it is booked at once.
    private func takeAndJudge() async throws {
        let isReloaded = try await takePolicy()
        try await judgeAnew()
        if isReloaded { noteReload() }
    }

    private func noteReload() {
        logger.notice("reloaded", metadata: ["policy": "\(policy.number)"])
    }

    /// Publishes what the configuration says, and decides under it from here on.
    private func takePolicy(of settings: NetworkSettings) async throws {
        let caution = try await standingCaution(under: settings.publication)
        try await publish(settings.publication.raised(for: caution))
    }

    /// Brings a policy into force.
    func publish(_ publication: Publication) async throws {
        let number = try await store.publish(publication, from: host, introducing: false)
        try await committer.load()
        try await note(publication, since: inForce.caution)
        inForce = publication
        policy = publication.policy(of: settings.network, number: number)
        machine.watchFinality(!publication.tags.isEmpty)
        if state == .following { set(.following, remarks) }
    }

    // MARK: The loop

    private func follow() async throws {
        defer { wake?.cancel() }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.lookForWork() }
            if settings.mempool != nil { group.addTask { await self.watchMempool() } }
            let window = try await window()
            burst = settings.blockSpacing.map { BlockBurst(spacing: $0) }
            _ = burst?.connect(window)
            handle(.resumed(window: window, floor: base.floor, finality: base.finality), in: &group)
            for await signal in signals {
                heartbeat.beat(at: now)
                switch signal {
                case .machine(let event): if !isStopping { handle(event, in: &group) }
                case .worked(let outcome, let error):
                    isWorking = false
                    if let error { throw error }
                    if let outcome, !isStopping { handle(.stepDone(outcome), in: &group) }
                case .command(let command): queue.append(.command(command))
                case .reload: queue.append(.reload)
                case .judge: queue.append(.judge)
                case .waited(let node):
                    waiting.remove(node)
                    if !isStopping { handle(.tipHint(node: node), in: &group) }
                case .stop:
                    isStopping = true
                    for interrupt in interrupts.values { interrupt() }
                }
                if isStopping, !isWorking { break }
                workNext(in: &group)
            }
            group.cancelAll()
        }
    }

    /// The stored headers that may be disconnected from.
    private func window() async throws -> [Header] {
        guard base.tip != nil else { return [] }
        let window = try await store.window(settings.maxReorgDepth + 1)
        guard window.last?.reference == base.tip else { throw Interruption.outdated(reason: "the tip moved") }
        return window
    }

    private func handle(_ event: NetworkMachine.Event, in group: inout ThrowingDiscardingTaskGroup<any Error>) {
        for action in machine.handle(event, at: now) {
            switch action {
            case .perform(let plan):
                // Before the plan: what it would credit waits for the raised thresholds already.
                if let alarm = alarm(at: plan) { sound(alarm) }
                queue.append(.plan(plan))
                workNext(in: &group)
            case .wake(let instant):
                let pause = instant - now
                wake?.cancel()
                wake = runtime.task { [send, runtime] in
                    try? await runtime.sleep(pause)
                    if !Task.isCancelled { send.yield(.machine(.woke)) }
                }
            case .report(let report): note(report)
            case .halt(let reason): halt(reason)
            default: ask(action, in: &group)
            }
        }
        if case .state(let node, let result) = event {
            if case .success(let state) = result { waitForNews(of: node, after: state, in: &group) }
            noteHeads()
            tellNodeStatuses()
        }
    }

    var now: Instant { runtime.now() }

    // MARK: Work, one piece at a time

    private func workNext(in group: inout ThrowingDiscardingTaskGroup<any Error>) {
        guard !isWorking, !isStopping else { return }
        if queue.isEmpty, !isStateTold { queue.append(.tellState) }
        guard !queue.isEmpty else { return }
        let work = queue.removeFirst()
        isWorking = true
        group.addTask { [send] in
            do {
                switch work {
                case .plan(let plan): send.yield(.worked(try await self.perform(plan), nil))
                case .command(let command):
                    try await self.carryOut(command)
                    send.yield(.worked(nil, nil))
                case .reload:
                    try await self.takeAndJudge()
                    send.yield(.worked(nil, nil))
                case .raise(let alarm):
                    try await self.raise(for: alarm)
                    send.yield(.worked(nil, nil))
                case .judge:
                    try await self.judgeDue()
                    send.yield(.worked(nil, nil))
                case .tellState:
                    try await self.tellState()
                    send.yield(.worked(nil, nil))
                }
            } catch {
                // Only a step of the machine's may be tried again by it. What else was not taken begins with the session.
                if case .plan = work, case Interruption.refused(let reason) = error {
                    self.logger.warning("nothing was committed; trying again", metadata: ["reason": "\(reason)"])
                    let error = NodeError(.unreachable, "the database did not take it: \(reason)")
                    send.yield(.worked(.failed(retryAfter: .seconds(1), because: error), nil))
                } else {
                    send.yield(.worked(nil, error))
                }
            }
        }
    }

    /// Has the thresholds raised, after what is under way.
    func sound(_ alarm: Alarm) { queue.append(.raise(alarm)) }

    private func tellState() async throws {
        isStateTold = true
        try await commit(step())
    }

    /// An empty step on where the network stands.
    func step() -> Step {
        var step = Step(
            network: settings.network, base: base, headersKept: settings.maxReorgDepth,
            state: isStillHalted ? .halted : state)
        step.stateReason = isStillHalted ? "starting again after a halt" : stateReason
        return step
    }

    /// A halt is over once blocks come again or the tip is reached, not when somebody begins to look for them.
    var isStillHalted: Bool { base.isHalted && (state == .starting || state == .syncing) }

    // MARK: Asks

    private func ask(_ action: NetworkMachine.Action, in group: inout ThrowingDiscardingTaskGroup<any Error>) {
        let nodes = nodes
        group.addTask { [send] in
            let event: NetworkMachine.Event
            switch action {
            case .askState(let node):
                event = .state(node: node, await answer { () throws(NodeError) in try await nodes[node].state() })
            case .askHeader(let node, let height):
                event = .header(
                    node: node, height: height,
                    await answer { () throws(NodeError) in try await nodes[node].header(at: height) })
            case .askHeaders(let node, let after, let limit):
                event = .headers(
                    node: node, after: after,
                    await answer { () throws(NodeError) in try await nodes[node].headers(after: after, limit: limit) })
            case .fetchBlock(let node, let reference):
                event = .block(
                    node: node, reference,
                    await answer { () throws(NodeError) in try await self.fetch(reference, from: nodes[node]) })
            case .askWhetherKnown(let node, let reference):
                event = .known(
                    node: node, reference,
                    await answer { () throws(NodeError) in try await nodes[node].knows(reference) })
            case .askFinality(let node):
                event = .finality(
                    node: node, await answer { () throws(NodeError) in try await nodes[node].finality() })
            case .perform, .wake, .report, .halt: return
            }
            send.yield(.machine(event))
        }
    }

    /// A long poll after each answer, where the node has one: it only makes the next question come sooner.
    private func waitForNews(
        of node: Int, after state: NodeState, in group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        guard waiting.insert(node).inserted else { return }
        let source = nodes[node]
        let timeout = settings.pollInterval
        group.addTask { [send] in
            try? await source.waitForTip(otherThan: state.tip.hash, timeout: timeout)
            send.yield(.waited(node: node))
        }
    }

    /// Asks the database about once a second whether there is anything to register or to carry out; creators send no
    /// notification, as that would make their commits wait for each other. A database out of reach shows at the next
    /// commit.
    private func lookForWork() async {
        var last: Int64?
        while !Task.isCancelled {
            if (try? await store.hasUnregisteredOptions()) == true { send.yield(.machine(.registrationsPending)) }
            if let command = try? await store.waitingCommands(limit: 1).first, command.number != last || !isWorking {
                last = command.number
                send.yield(.command(command))
            }
            try? await watchSiblings()
            if dissent != nil || awaitsLocks, !isWorking, now - agreementAsked >= settings.pollInterval {
                send.yield(.judge)
            }
            if inForce.caution != nil, !isWorking, now >= cautionEnds { send.yield(.reload) }
            try? await runtime.sleep(.seconds(1))
        }
    }

    /// There is news of the mempool to write down.
    func sightingsPending() { send.yield(.machine(.sightingsPending)) }
}

/// Every answer of a node becomes a value: what it throws is an answer too.
func answer<Value: Sendable>(
    _ ask: () async throws(NodeError) -> Value
) async -> Result<Value, NodeError> {
    do throws(NodeError) { return .success(try await ask()) } catch { return .failure(error) }
}
