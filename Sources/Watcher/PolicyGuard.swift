import Chain
import Foundation
import Logging
import Payments
import Store
import Sync
import Telemetry

/// Keeps a network's policy: what is configured, and what is in force, with thresholds raised while there are signs that
/// the chain is not to be relied on as usual. What is in force is published, so that a daemon that starts, or takes over,
/// goes on with it.
final class PolicyGuard {
    /// A sign that thresholds have to be raised.
    struct Alarm: Hashable, Sendable {
        let cause: Caution.Cause
        /// By the chain's own time; nil is now.
        var time: Int64?
    }

    private let current: CurrentSettings
    private let network: String
    private let store: any PolicyStore
    private let host: String
    private let now: @Sendable () -> Instant
    private let metrics: Metrics
    private let logger: Logger
    private var burst: BlockBurst?
    /// When thresholds need no longer be raised.
    private var cautionEnds = Instant(.zero)
    /// What decisions are made under.
    private(set) var inForce: Policy

    /// - Parameter host: whom the database tells as the publisher.
    init(
        _ current: CurrentSettings, in store: any PolicyStore, host: String, now: @escaping @Sendable () -> Instant,
        metrics: Metrics, logger: Logger
    ) {
        self.current = current
        self.store = store
        self.host = host
        self.now = now
        self.metrics = metrics
        self.logger = logger
        network = current.fixed.network
        inForce = current.configured.policy(of: network, number: 0)
    }

    var configured: Publication { current.configured }

    /// Raised thresholds need no longer be.
    var isOver: Bool { inForce.terms.raise != nil && now() >= cautionEnds }

    /// Publishes what the last reload has brought, or else what is configured. What the database refuses, for an asset
    /// that is not what it was, changes nothing.
    ///
    /// - Returns: whether a reload is in force that was not before.
    func take(isolation: isolated (any Actor)? = #isolation) async throws -> Bool {
        guard let offered = current.takeOffered() else {
            try await bring(configured)
            return false
        }
        do {
            try await bring(offered)
        } catch let error as StoreError where [.refused, .unstorable].contains(error.disposition) {
            logger.error(
                "the reloaded configuration is refused; the former one stays", metadata: ["reason": "\(error)"])
            try await bring(configured)
            return false
        } catch {
            current.giveBack(offered)
            throw error
        }
        current.configured = offered
        return true
    }

    /// Raises the thresholds.
    ///
    /// - Returns: whether another policy is in force.
    func raise(for alarm: Alarm, isolation: isolated (any Actor)? = #isolation) async throws -> Bool {
        guard let terms = configured.cautionTerms else { return false }
        let time = try await store.time()
        guard Duration.seconds(time - (alarm.time ?? time)) < terms.duration,
            let caution = terms.caution(after: alarm.cause, at: time, since: inForce.terms.raise?.caution)
        else { return false }
        let raised = configured.raised(for: caution)
        guard raised.terms.raise != nil else {
            logger.warning(
                "thresholds can't be raised, for they are at their ceiling",
                metadata: ["reason": "\(alarm.cause.inWords)"])
            return false
        }
        try await publish(raised)
        return true
    }

    /// Brings a configuration into force, with the caution that was published before this session, or by another daemon,
    /// and is not over.
    private func bring(_ publication: Publication, isolation: isolated (any Actor)? = #isolation) async throws {
        var standing: Caution?
        if let terms = publication.cautionTerms, let caution = try await store.caution() {
            standing = terms.standing(caution, at: try await store.time())
        }
        try await publish(publication.raised(for: standing))
    }

    private func publish(_ publication: Publication, isolation: isolated (any Actor)? = #isolation) async throws {
        let number = try await store.publish(publication, from: host, introducing: false)
        let before = inForce.terms.raise
        let raise = publication.terms.raise
        if let raise { cautionEnds = now() + .seconds(try await max(0, raise.caution.until - store.time())) }
        inForce = publication.policy(of: network, number: number)
        guard raise?.caution != before?.caution else { return }
        metrics.set(.thresholdsRaised, network, to: raise == nil ? 0 : 1)
        guard let raise else { return logger.notice("thresholds are as configured again") }
        let end = Date(timeIntervalSince1970: TimeInterval(raise.caution.until)).formatted(.iso8601)
        logger.warning(
            "caution",
            metadata: [
                "reason": "\(raise.caution)", "raised": "\(publication.terms.raises)", "until": "\(end)",
            ])
    }

    // MARK: Signs of trouble

    /// Judges the pace of later blocks by these, the latest of our chain.
    func watch(_ window: [Header]) {
        burst = current.fixed.blockSpacing.map { BlockBurst(spacing: $0) }
        _ = burst?.connect(window)
    }

    /// What a plan of the machine is a sign of, where the network stands at `base`.
    func alarm(at plan: StepPlan, on base: LaneSnapshot) -> Alarm? {
        switch plan {
        case .disconnect(let block):
            if base.finality.values.contains(where: { $0 > block.height }) { return Alarm(cause: .finalityRegress) }
            guard let tip = base.tip, let terms = configured.cautionTerms,
                terms.isDeep(tip.height - block.height, for: configured.terms.table.thresholds.credit)
            else { return nil }
            return Alarm(cause: .deepReorg)
        case .connect(let blocks):
            return burst?.connect(blocks.map(\.header)).map { Alarm(cause: .blockBurst, time: $0) }
        default: return nil
        }
    }
}
