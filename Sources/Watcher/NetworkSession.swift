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
        case raise(PolicyGuard.Alarm)
        /// What was held back for want of agreement may have found it.
        case judge
        case tellState
    }

    /// What the worker's next session begins with.
    let current: CurrentSettings
    let settings: NetworkSettings
    let nodes: [any ChainNode]
    let addresses: any AddressFormat
    let store: any LaneStore
    let logger: Logger
    let committer: LaneCommitter<Step>
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
    private let guardian: PolicyGuard
    var policy: Policy { guardian.inForce }
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
    /// Wakes the machine when it wants to be.
    private let timer: WakeTimer
    /// Nodes with a long poll under way.
    private var waiting: Set<Int> = []
    private var queue: [Work] = []
    private var isWorking = false
    /// Told to stop: what runs is finished, nothing new is begun.
    private(set) var isStopping = false
    let interrupts: Interrupts

    init(
        settings current: CurrentSettings, nodes: [any ChainNode], addresses: any AddressFormat, memory: BlockMemory,
        context: LaneWorker.Context
    ) {
        self.current = current
        self.memory = memory
        let settings = current.fixed
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
        guardian = PolicyGuard(
            current, in: context.store, host: context.host, now: context.runtime.now, metrics: context.metrics,
            logger: context.logger)
        runtime = context.runtime
        timer = WakeTimer(context.runtime)
        interrupts = Interrupts(context.runtime)
        logger = context.logger
        metrics = context.metrics
        heartbeat = context.heartbeat
        tellNodes = context.tellNodes
        warmKeys = context.keys
        tell = context.tell
        var machineSettings = NetworkMachine.Settings(
            nodeCount: nodes.count, start: settings.start, maxReorgDepth: settings.maxReorgDepth)
        machineSettings.pollInterval = settings.pollInterval
        machineSettings.watchesFinality = !current.configured.terms.table.tags.isEmpty
        machine = NetworkMachine(machineSettings)
        mempool = settings.mempool.map { MempoolView($0) }
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
        let isReloaded = try await guardian.take()
        try await adoptPolicy()
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
    private func watchSiblings() async throws(StoreError) {
        for sibling in try await store.siblingKeys(after: siblings) {
            index.insert(sibling.key)
            siblings[sibling.network] = max(siblings[sibling.network] ?? 0, sibling.watchNumber)
        }
    }

    /// Puts a reload, or the end of a caution, into force: what has become due under it is booked at once.
    private func takeAndJudge() async throws {
        let isReloaded = try await guardian.take()
        try await adoptPolicy()
        try await judgeAnew()
        if isReloaded { noteReload() }
    }

    private func noteReload() {
        logger.notice("reloaded", metadata: ["policy": "\(policy.number)"])
    }

    /// Raises the thresholds, and puts off what is not due by them.
    private func raise(for alarm: PolicyGuard.Alarm) async throws {
        guard try await guardian.raise(for: alarm) else { return }
        try await adoptPolicy()
        try await judgeAnew()
    }

    /// Goes on under the policy that was published, unless one of another session came after it: a request of a connection
    /// that was lost may still be carried out, and steps would then be made by one policy and fenced by the other.
    private func adoptPolicy() async throws {
        try await committer.load()
        guard base.policyNumber == policy.number else {
            throw Interruption.outdated(reason: "another policy was published")
        }
        machine.watchFinality(!policy.terms.table.tags.isEmpty)
        if state == .following { set(.following, remarks) }
    }

    // MARK: The loop

    private func follow() async throws {
        defer { timer.cancel() }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.lookForWork() }
            if settings.mempool != nil { group.addTask { await self.watchMempool() } }
            let window = try await window()
            guardian.watch(window)
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
                    interrupts.cutShort()
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
                if let alarm = guardian.alarm(at: plan, on: base) { sound(alarm) }
                queue.append(.plan(plan))
                workNext(in: &group)
            case .wake(let instant):
                timer.wake(at: instant) { [send] in send.yield(.machine(.woke)) }
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
    func sound(_ alarm: PolicyGuard.Alarm) { queue.append(.raise(alarm)) }

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
        group.addTask { [send, nodes] in
            let event = await action.answer(by: nodes) { reference, node throws(NodeError) in
                try await self.fetch(reference, from: node)
            }
            if let event { send.yield(.machine(event)) }
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
            if await asking(.registrations, { try await $0.hasUnregisteredOptions() }) == true {
                send.yield(.machine(.registrationsPending))
            }
            let commands = await asking(.commands) { try await $0.waitingCommands(limit: 1) }
            if let command = commands?.first, command.number != last || !isWorking {
                last = command.number
                send.yield(.command(command))
            }
            await asking(.siblings) { _ in try await self.watchSiblings() }
            if dissent != nil || awaitsLocks, !isWorking, now - agreementAsked >= settings.pollInterval {
                send.yield(.judge)
            }
            if guardian.isOver, !isWorking { send.yield(.reload) }
            try? await runtime.sleep(.seconds(1))
        }
    }

    /// What the database answers; nil where it fails, which is counted.
    @discardableResult
    private func asking<Value: Sendable>(
        _ call: UnawaitedCall, _ body: (any LaneStore) async throws -> Value
    ) async -> Value? {
        await metrics.passingOver(call, of: settings.network) { try await body(store) }
    }

    /// There is news of the mempool to write down.
    func sightingsPending() { send.yield(.machine(.sightingsPending)) }
}
