import Chain
import Foundation
import Logging
import Payments
import Store
import Sync
import Synchronization
import Telemetry
import Testing

@testable import Watcher

/// What becomes of a step, by what the database answers: no answer is taken for a yes or a no.
@Suite("Committing a lane's steps") struct LaneCommitterTests {
    @Test("A step that is committed is what the next one is made on")
    func committed() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        _ = try await lane.commit(paying: [1])
        #expect(lane.base == standing(step: 5, at: block(11)))
        #expect(lane.commits == 1)
    }

    @Test("A commit without an answer counts as done where the lane stands where it leads, and is not sent again")
    func lostAnswer() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.lost(after: .committing)]
        _ = try await lane.commit(paying: [1])
        #expect(lane.base == standing(step: 5, at: block(11)))
        #expect(lane.commits == 1)
        #expect(lane.metrics.text.contains(#"confirmd_db_unknown_commits_total{lane="lane"} 1"#))
        #expect(lane.metrics.text.contains(#"confirmd_db_transaction_retries_total{lane="lane",sqlstate="08006"} 1"#))
    }

    @Test("One that is not there was not committed, and nothing is taken over")
    func notThere() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.lost(after: .nothing)]
        await #expect(throws: Interruption.refused(reason: "gone")) { try await lane.commit(paying: [1]) }
        #expect(lane.base == standing(step: 4))
        #expect(lane.commits == 1)
    }

    @Test(
        "Another step than the last, however it came there, is not taken for it",
        arguments: [
            standing(step: 5, at: block(11), watchNumber: 1), standing(step: 5, at: block(12)),
            standing(step: 6, at: block(11)), standing(step: 5, at: block(11), finality: [.finalized: 3]),
            standing(step: 5, at: block(11), version: 1), standing(step: 5),
        ])
    func otherStep(other: LaneSnapshot) async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.lost(after: .moving(other))]
        await #expect(throws: Interruption.outdated(reason: "another step than the last came through")) {
            try await lane.commit(paying: [1])
        }
        #expect(lane.base == standing(step: 4))
    }

    @Test("A hint to consumers that fails is counted, and nothing else comes of it")
    func noHint() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        var step = Step(network: "lane", base: lane.base, headersKept: 10, state: .halted)
        step.stateReason = "a test"
        try await lane.committer.commit(step)
        let count = #"confirmd_db_failures_passed_over_total{lane="lane",call="notification"} 1"#
        await lane.committer.announce(step)
        #expect(!lane.metrics.text.contains(count))
        lane.cannotNotify = true
        await lane.committer.announce(step)
        #expect(lane.metrics.text.contains(count))
    }

    @Test("Under another epoch the lane is another daemon's, also where it stands where the step leads")
    func otherEpoch() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.lost(after: .moving(standing(epoch: 8, step: 5, at: block(11))))]
        await #expect(throws: Interruption.fenced) { try await lane.commit(paying: [1]) }
        await #expect(throws: Interruption.fenced) { try await lane.committer.load() }
    }

    @Test("Where the look fails too nothing is known, and nothing is taken over")
    func lostLook() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.lost(after: .committing)]
        lane.hidesStanding = true
        await #expect(throws: StoreError(.retry, "gone", code: "08006")) { try await lane.commit(paying: [1]) }
        #expect(lane.base == standing(step: 4))
    }

    @Test("Of a settlement step the same holds")
    func settlement() async throws {
        let store = ScriptedStore(standing: LaneSnapshot(epoch: 7, step: 4, tip: nil, watchNumber: 0, policyNumber: 0))
        let committer = LaneCommitter<SettlementStep>(
            store, lane: "settlement", epoch: 7, metrics: Metrics(), logger: .mute)
        try await committer.load()
        var step = SettlementStep(base: committer.base)
        step.command = 1
        store.script.withLock { $0.answers = [.lost(after: .committing), .lost(after: .nothing)] }
        let committed = try await committer.commit { _ in step }
        #expect(committed?.command == 1)
        #expect(committer.base.step == 5)
        step = SettlementStep(base: committer.base)
        step.command = 2
        await #expect(throws: Interruption.refused(reason: "gone")) { _ = try await committer.commit { _ in step } }
        #expect(committer.base.step == 5)
        #expect(try await committer.commit { _ in SettlementStep(base: committer.base) } == nil, "nothing to write")
        #expect(store.script.withLock(\.commits) == 2)
    }

    @Test("A stale step is decided on again while the lane itself stands still, but not for ever")
    func stale() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.stale, .stale]
        _ = try await lane.commit(paying: [1])
        #expect(lane.base.step == 5)
        #expect(lane.decisions == 3)
        lane.answers = Array(repeating: .stale, count: 100)
        await #expect(throws: Interruption.outdated(reason: "owners changed")) { try await lane.commit(paying: [1]) }
        #expect(lane.decisions == 13)
    }

    @Test("Where the lane itself has moved, everything in memory is dropped at once")
    func staleLane() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.staleAfter(standing(step: 5))]
        await #expect(throws: Interruption.outdated(reason: "owners changed")) { try await lane.commit(paying: [1]) }
        #expect(lane.decisions == 1)
    }

    @Test("Owners whose changes can't be stored are set aside, and all others go on")
    func culprits() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.unstorable = [uuid(2), uuid(5)]
        let step = try await lane.commit(paying: [1, 2, 3, 4, 5])
        let setAside = step?.changes.filter { $0.setAside != nil }.map(\.owner.id)
        #expect(setAside == [uuid(2), uuid(5)])
        #expect(step?.changes.count == 5)
        #expect(lane.base.step == 5)
    }

    @Test("A step that can't be stored whoever is left out of it is nobody's fault")
    func unwritable() async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.fails(.unstorable)]
        lane.storesNothing = true
        await #expect(throws: Interruption.unwritable(reason: "gone")) { try await lane.commit(paying: [1, 2]) }
        #expect(lane.base.step == 4)
    }

    @Test("What passes by nobody's waiting is not looked up", arguments: [.canceled, .refused, .halt] as [Disposition])
    func failures(disposition: Disposition) async throws {
        let lane = try await ScriptedLane(standing(step: 4))
        lane.answers = [.fails(disposition)]
        await #expect(throws: StoreError(disposition, "gone", code: "08006")) { try await lane.commit(paying: [1]) }
        #expect(lane.metrics.text.contains(#"confirmd_db_unknown_commits_total{lane="lane"} 1"#) == false)
    }

    typealias Disposition = StoreError.Disposition
}
