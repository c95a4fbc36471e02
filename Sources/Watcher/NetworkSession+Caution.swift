import Chain
import Foundation
import Logging
import Payments
import Store
import Sync
import Telemetry

/// Signs that a chain is not to be relied on as usual, and the thresholds that are raised for it. They are published as a
/// policy of their own, so that a daemon that starts, or takes over, goes on with them.
extension NetworkSession {
    struct Alarm: Sendable {
        let cause: Caution.Cause
        /// By the chain's own time; nil is now.
        var time: Int64?
    }

    /// What a plan of the machine is a sign of.
    func alarm(at plan: StepPlan) -> Alarm? {
        switch plan {
        case .disconnect(let block):
            if base.finality.values.contains(where: { $0 > block.height }) { return Alarm(cause: .finalityRegress) }
            guard let tip = base.tip, let terms = settings.publication.cautionTerms,
                terms.isDeep(tip.height - block.height, for: settings.publication.thresholds.credit)
            else { return nil }
            return Alarm(cause: .deepReorg)
        case .connect(let blocks):
            return burst?.connect(blocks.map(\.header)).map { Alarm(cause: .blockBurst, time: $0) }
        default: return nil
        }
    }

    /// Raises the thresholds, and puts off what is not due by them.
    func raise(for alarm: Alarm) async throws {
        guard let terms = settings.publication.cautionTerms else { return }
        let time = try await store.time()
        guard Duration.seconds(time - (alarm.time ?? time)) < terms.duration,
            let caution = terms.caution(after: alarm.cause, at: time, since: inForce.caution)
        else { return }
        let raised = settings.publication.raised(for: caution)
        guard raised.caution != nil else {
            return logger.warning(
                "thresholds can't be raised, for they are at their ceiling",
                metadata: ["reason": "\(alarm.cause.inWords)"])
        }
        try await publish(raised)
        try await judgeAnew()
    }

    /// What was published before this session, or by another daemon, and is not over.
    func standingCaution(under publication: Publication) async throws -> Caution? {
        guard let terms = publication.cautionTerms, let caution = try await store.caution() else { return nil }
        return terms.standing(caution, at: try await store.time())
    }

    func note(_ publication: Publication, since before: Caution?) async throws {
        let caution = publication.caution
        if let caution { cautionEnds = now + .seconds(try await max(0, caution.until - store.time())) }
        guard caution != before else { return }
        metrics.set(.thresholdsRaised, settings.network, to: caution == nil ? 0 : 1)
        if let caution {
            let end = Date(timeIntervalSince1970: TimeInterval(caution.until)).formatted(.iso8601)
            logger.warning(
                "caution",
                metadata: ["reason": "\(caution)", "raised": "\(publication.raises)", "until": "\(end)"])
        } else {
            logger.notice("thresholds are as configured again")
        }
    }
}
