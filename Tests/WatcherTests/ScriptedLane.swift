import Chain
import Foundation
import Logging
import Payments
import Store
import Synchronization
import Telemetry

@testable import Watcher

/// What a database answers to the next commit.
enum ScriptedAnswer: Sendable {
    enum Effect: Sendable {
        case nothing, committing
        /// Not the step, but another one was committed.
        case moving(LaneSnapshot)
    }

    /// No answer comes, after it had this effect.
    case lost(after: Effect)
    case stale
    case staleAfter(LaneSnapshot)
    case fails(StoreError.Disposition)
}

/// A database that answers the commits of one lane by a script, and commits what it has no more answers for.
final class ScriptedStore: StepStore {
    struct Script: Sendable {
        var standing: LaneSnapshot
        var answers: [ScriptedAnswer] = []
        var hidesStanding = false
        var unstorable: Set<UUID> = []
        var storesNothing = false
        var cannotNotify = false
        var commits = 0
    }

    let script: Mutex<Script>

    init(standing: LaneSnapshot) { script = Mutex(Script(standing: standing)) }

    func snapshot() async throws(StoreError) -> LaneSnapshot {
        let (standing, isHidden) = script.withLock { ($0.standing, $0.hidesStanding) }
        if isHidden { throw Self.error(.retry) }
        return standing
    }

    func commit(_ step: Step) async throws(StoreError) -> StepOutcome { try answer(step) }
    func commit(_ step: SettlementStep) async throws(StoreError) -> StepOutcome { try answer(step) }
    func refusal(of step: Step) async throws(StoreError) -> String? { refusal(of: step.changes) }
    func refusal(of step: SettlementStep) async throws(StoreError) -> String? { refusal(of: step.changes) }

    func notifyConsumers() async throws(StoreError) {
        if script.withLock(\.cannotNotify) { throw Self.error(.retry) }
    }

    private func refusal(of changes: [Changes]) -> String? {
        script.withLock { script in
            let isRefused = changes.contains { script.unstorable.contains($0.owner.id) && $0.setAside == nil }
            return script.storesNothing || isRefused ? "no room" : nil
        }
    }

    private func answer(_ step: some LaneStep) throws(StoreError) -> StepOutcome {
        if refusal(of: step.changes) != nil { throw Self.error(.unstorable) }
        let answer = script.withLock { script in
            script.commits += 1
            return script.answers.isEmpty ? nil : script.answers.removeFirst()
        }
        switch answer {
        case nil: break
        case .lost(after: .nothing): throw Self.error(.retry)
        case .lost(after: .committing):
            stand(at: step.after)
            throw Self.error(.retry)
        case .lost(after: .moving(let other)):
            stand(at: other)
            throw Self.error(.retry)
        case .stale: return .stale(reason: "owners changed")
        case .staleAfter(let other):
            stand(at: other)
            return .stale(reason: "owners changed")
        case .fails(let disposition): throw Self.error(disposition)
        }
        stand(at: step.after)
        return .committed(step.after)
    }

    private func stand(at standing: LaneSnapshot) { script.withLock { $0.standing = standing } }

    private static func error(_ disposition: StoreError.Disposition) -> StoreError {
        StoreError(disposition, "gone", code: "08006")
    }
}

/// A lane that commits a block to a scripted database.
@dynamicMemberLookup
final class ScriptedLane {
    let metrics = Metrics()
    let committer: LaneCommitter<Step>
    private let store: ScriptedStore
    private(set) var decisions = 0

    init(_ standing: LaneSnapshot) async throws {
        store = ScriptedStore(standing: standing)
        committer = LaneCommitter(store, lane: "lane", epoch: 7, metrics: metrics, logger: .mute)
        try await committer.load()
    }

    var base: LaneSnapshot { committer.base }

    subscript<Value: Sendable>(dynamicMember path: WritableKeyPath<ScriptedStore.Script, Value>) -> Value {
        get { store.script.withLock { $0[keyPath: path] } }
        set { store.script.withLock { $0[keyPath: path] = newValue } }
    }

    /// Commits the next block, with a change to each of these wallets.
    func commit(paying wallets: [UInt8], isolation: isolated (any Actor)? = #isolation) async throws -> Step? {
        try await committer.commit { setAside in
            decisions += 1
            var step = Step(network: "lane", base: base, headersKept: 10, state: .following)
            let height = (base.tip?.height ?? 0) + 1
            step.headers = [
                Header(reference: block(height), parent: block(height - 1).hash, time: height, work: 1)
            ]
            step.changes = wallets.map(wallet).settingAside(setAside).map { dossier in
                settle(
                    dossier, Facts(tip: height),
                    Policy(network: "lane", number: 1, thresholds: Thresholds(credit: 1, final: 2), assets: []))
            }
            return step
        }
    }

    /// One that was set aside and no longer is: that is a change already.
    private func wallet(_ number: UInt8) -> Dossier {
        Dossier(
            owner: Owner(id: uuid(number), kind: .wallet, project: "shop", reference: "customer-\(number)"), version: 0,
            refused: false, registrations: 0, invoice: nil, options: [], deposits: [],
            wasSetAside: "before")
    }
}

func uuid(_ number: UInt8) -> UUID { UUID(uuid: (number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) }

func block(_ height: Int64) -> BlockReference {
    BlockReference(height: height, hash: Hash256(1, 0, 0, UInt64(height)))
}

/// Where a lane stands that has block 10, under epoch 7, with its floor as a step leaves it.
func standing(
    epoch: Int64 = 7, step: Int64, at tip: BlockReference = block(10), watchNumber: Int64 = 0, version: Int64 = 0,
    finality: [FinalityTag: Int64] = [:]
) -> LaneSnapshot {
    LaneSnapshot(
        epoch: epoch, step: step, tip: tip, watchNumber: watchNumber, policyNumber: 1, version: version,
        finality: finality, floor: tip.height - 10)
}

extension Logger {
    static var mute: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
