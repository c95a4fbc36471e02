import Foundation
import Logging
public import Store
import Synchronization
import Telemetry

/// Works in one lane for as long as the daemon lives: takes the lane, works under it, and begins again from the database
/// after anything that might have left memory and database apart. A node or database that is out of reach is waited
/// for; nothing ends the worker but `stop` or cancellation.
public final class LaneWorker: Sendable {
    /// What a lane's work needs of its worker.
    struct Context: Sendable {
        let store: any LaneStore
        let epoch: Int64
        let host: String
        let runtime: Runtime
        let logger: Logger
        let metrics: Metrics
        let heartbeat: Heartbeat
        /// What was loaded while another daemon worked in the lane.
        let keys: WatchedKeys?
        let tell: @Sendable (WorkerStatus) -> Void
        let tellNodes: @Sendable ([NodeStatus]) -> Void
    }

    /// The lane's name: a network's, or the settlement lane's.
    public let lane: String
    /// Of the network that is followed; nil in the settlement lane.
    private let settings: CurrentSettings?
    private let open: @Sendable (StoreUse) -> any LaneStore
    private let host: String
    private let runtime: Runtime
    private let logger: Logger
    private let metrics: Metrics
    private let keeper: LaneKeeper
    /// Whether the lane's work needs the index of watched keys: a standby keeps it warm.
    private let watchesKeys: Bool
    private let makeSession: @Sendable (Context) -> any LaneSession
    private let shared = Mutex(Shared())

    private struct Shared {
        var status = WorkerStatus.starting
        var session: (any LaneSession)?
        var isStopping = false
        var keys: WatchedKeys?
        var nodes: [NodeStatus] = []
    }

    /// Of the lease, and of the session while there is one.
    private let heartbeats: (lease: Heartbeat, session: Heartbeat)

    init(
        lane: String, settings: CurrentSettings?, stores open: @escaping @Sendable (StoreUse) -> any LaneStore,
        host: String, holder: UUID,
        runtime: Runtime, logger: Logger, metrics: Metrics, watchesKeys: Bool,
        makeSession: @escaping @Sendable (Context) -> any LaneSession
    ) {
        self.lane = lane
        self.settings = settings
        self.open = open
        self.host = host
        self.runtime = runtime
        var logger = logger
        logger[metadataKey: "lane"] = "\(lane)"
        self.logger = logger
        self.metrics = metrics
        metrics.begin(lane: lane)
        let now = runtime.now()
        heartbeats = (Heartbeat(at: now), Heartbeat(at: now))
        self.watchesKeys = watchesKeys
        self.makeSession = makeSession
        keeper = LaneKeeper(
            open(.lease), lane: lane, host: host, holder: holder, runtime: runtime, heartbeat: heartbeats.lease,
            metrics: metrics)
    }

    public var status: WorkerStatus { shared.withLock(\.status) }

    /// The nodes of the network as they fare; none while another daemon follows it.
    public var nodes: [NodeStatus] { shared.withLock(\.nodes) }

    /// For how long the worker has not turned. Whatever it waits for has an end well within a minute.
    public var stillness: Duration {
        let now = runtime.now()
        let hasSession = shared.withLock { $0.session != nil }
        return max(heartbeats.lease.age(at: now), hasSession ? heartbeats.session.age(at: now) : .zero)
    }

    /// Works until `stop` or cancellation. When it returns, the step that was running is finished and the lane is free.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keeper.run() }
            var running: Task<Void, Never>?
            var warming: Task<Void, Never>?
            for await change in keeper.changes {
                switch change {
                case .granted(let epoch):
                    logger.info("took the lane", metadata: ["epoch": "\(epoch)"])
                    metrics.set(.leaseHeld, lane, to: 1)
                    metrics.set(.leaseEpoch, lane, to: Double(epoch))
                    warming?.cancel()
                    await warming?.value
                    warming = nil
                    running = runtime.task { await self.work(under: epoch) }
                case .conceded:
                    logger.info("gave up the lane")
                    metrics.set(.leaseHeld, lane, to: 0)
                    running?.cancel()
                    await running?.value
                    running = nil
                case .refused:
                    if status != .standby { logger.info("another daemon works in this lane; standing by") }
                    set(.standby)
                    if watchesKeys, warming == nil { warming = runtime.task { await self.keepWarm() } }
                case .failed(let reason): waitForDatabase(reason)
                }
            }
            warming?.cancel()
            running?.cancel()
            await warming?.value
            await running?.value
        }
    }

    /// Loads the watched keys while another daemon works in the lane, so that taking over needs only the latest.
    private func keepWarm() async {
        let store = open(.work)
        while !Task.isCancelled {
            let known = shared.withLock { shared in shared.keys.take() }
            do {
                let keys = try await WatchedKeys(from: store, onto: known)
                shared.withLock { $0.keys = keys }
            } catch {
                logger.debug("the index of a standby", metadata: ["reason": "\(error)"])
            }
            try? await runtime.sleep(Self.warmingInterval)
        }
    }

    private static let warmingInterval = Duration.seconds(5)

    /// Puts other thresholds, assets, fees and times into force, as soon as the lane is ours and the database answers.
    public func reload(_ publication: Publication) {
        settings?.offer(publication)
        shared.withLock(\.session)?.reload()
    }

    /// Ends `run`: the step that is running is finished first, then the lane is given back.
    public func stop() {
        let session = shared.withLock { shared in
            shared.isStopping = true
            return shared.session
        }
        guard let session else { return keeper.stop() }
        session.stop()
    }

    /// The lease and the session each notice an outage; whichever is first says so, once.
    private func waitForDatabase(_ reason: String) {
        let wasWaiting = shared.withLock { shared in
            defer { shared.status = .waitingForDatabase(reason: reason) }
            return shared.status.isWaitingForDatabase
        }
        if !wasWaiting { logger.warning("waiting for the database", metadata: ["reason": "\(reason)"]) }
    }

    private func set(_ status: WorkerStatus) {
        shared.withLock { $0.status = status }
    }

    /// One session after another under one epoch, until the epoch is over.
    private func work(under epoch: Int64) async {
        while !Task.isCancelled {
            heartbeats.session.beat(at: runtime.now())
            let session = makeSession(
                Context(
                    store: open(.work), epoch: epoch, host: host, runtime: runtime, logger: logger, metrics: metrics,
                    heartbeat: heartbeats.session,
                    keys: shared.withLock { shared in shared.keys.take() }, tell: { self.set($0) },
                    tellNodes: { nodes in self.shared.withLock { $0.nodes = nodes } }))
            let isStopping = shared.withLock { shared in
                shared.session = session
                return shared.isStopping
            }
            if isStopping { break }
            let end = await session.run()
            let mustStop = shared.withLock { shared in
                shared.session = nil
                shared.nodes = []
                return shared.isStopping
            }
            metrics.endNodes(of: lane)
            if mustStop { break }
            guard let pause = pause(after: end) else { return }
            try? await runtime.sleep(pause)
        }
        if shared.withLock(\.isStopping) { keeper.stop() }
    }

    /// How long to wait before the next session; nil when there is to be none under this epoch.
    private func pause(after end: SessionEnd) -> Duration? {
        switch end {
        case .stopped: return nil
        case .fenced:
            metrics.add(to: .leaseFenced, lane)
            logger.warning("another daemon took the lane; dropping everything in memory")
            return nil
        case .outdated(let reason):
            logger.info("starting again from the database", metadata: ["reason": "\(reason)"])
            return .zero
        case .interrupted(let reason):
            waitForDatabase(reason)
            return .seconds(1)
        case .retired:
            if status != .retired { logger.notice("the network is retired") }
            set(.retired)
            return .seconds(60)
        case .failed(let reason):
            logger.error("halted", metadata: ["reason": "\(reason)"])
            set(.halted(reason: reason))
            return .seconds(30)
        }
    }
}
