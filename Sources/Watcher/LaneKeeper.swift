import Foundation
import Store
import Sync
import Telemetry

/// Performs what `Lease` decides, on a connection of its own, so that a long commit never delays a renewal. It tells
/// each change: the epoch to work under, or that there is none.
actor LaneKeeper {
    enum Change: Hashable, Sendable {
        /// The lane is ours under this epoch.
        case granted(epoch: Int64)
        /// It is not, or no longer.
        case conceded
        /// Somebody else holds it.
        case refused
        case failed(reason: String)
    }

    nonisolated let changes: AsyncStream<Change>
    private let continuation: AsyncStream<Change>.Continuation
    private let store: any LaneStore
    private let host: String
    /// One for each process and network: a restarted daemon is another holder.
    private let holder: UUID
    private let runtime: Runtime
    private let heartbeat: Heartbeat
    private let metrics: Metrics
    private let lane: String
    private let settings = Lease.Settings()
    private var lease: Lease
    private let events: AsyncStream<Lease.Event>
    private let send: AsyncStream<Lease.Event>.Continuation

    init(
        _ store: any LaneStore, lane: String, host: String, holder: UUID, runtime: Runtime, heartbeat: Heartbeat,
        metrics: Metrics
    ) {
        self.store = store
        self.lane = lane
        self.host = host
        self.holder = holder
        self.runtime = runtime
        self.heartbeat = heartbeat
        self.metrics = metrics
        lease = Lease(settings)
        (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        (events, send) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Holds the lane whenever it can be had, until `stop` or cancellation; gives it back then.
    func run() async {
        let timer = WakeTimer(runtime)
        await withDiscardingTaskGroup { group in
            send.yield(.woke)
            for await event in events {
                heartbeat.beat(at: now)
                let wasHeld = lease.epoch(at: now) != nil
                for action in lease.handle(event, at: now) {
                    switch action {
                    case .acquire: group.addTask { await self.acquire() }
                    case .renew(let epoch): group.addTask { await self.renew(epoch) }
                    case .concede(let epoch):
                        continuation.yield(.conceded)
                        if event == .stop { await release(epoch) }
                    case .wake(let instant): timer.wake(at: instant) { [send] in send.yield(.woke) }
                    }
                }
                if !wasHeld, let epoch = lease.epoch(at: now) { continuation.yield(.granted(epoch: epoch)) }
                if lease.state == .ended { break }
            }
            timer.cancel()
            group.cancelAll()
        }
        continuation.finish()
    }

    nonisolated func stop() { send.yield(.stop) }

    private var now: Instant { runtime.now() }

    private func acquire() async {
        do {
            if let epoch = try await store.acquireLane(holder: holder, host: host, timeToLive: settings.timeToLive) {
                send.yield(.granted(epoch: epoch))
            } else {
                continuation.yield(.refused)
                send.yield(.refused)
            }
        } catch {
            continuation.yield(.failed(reason: "\(error)"))
            send.yield(.failed)
        }
    }

    private func renew(_ epoch: Int64) async {
        do {
            let held = try await store.renewLane(holder: holder, epoch: epoch, timeToLive: settings.timeToLive)
            send.yield(held ? .granted(epoch: epoch) : .refused)
        } catch {
            continuation.yield(.failed(reason: "\(error)"))
            send.yield(.failed)
        }
    }

    private func release(_ epoch: Int64) async {
        await metrics.passingOver(.release, of: lane) {
            try await store.releaseLane(holder: holder, epoch: epoch)
        }
    }
}
