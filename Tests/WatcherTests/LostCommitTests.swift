import Synchronization
import TestSupport
import Testing

@testable import Watcher

@Suite("A commit whose answer is lost")
struct LostCommitTests {
    @Test(
        "The connection cut before, in and after every message of a commit: its outcome is found, not guessed",
        arguments: CutLane.Deed.allCases)
    func everyMessage(_ deed: CutLane.Deed) async throws {
        let cuts = try await self.cuts(of: deed)
        let lanes = 8
        let commits = try await withThrowingTaskGroup { group in
            for lane in 0..<lanes {
                let share = stride(from: lane, to: cuts.count, by: lanes).map { cuts[$0] }
                group.addTask { try await commit(deed, cutAt: share) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(commits.count == cuts.count)
        #expect(commits.contains { $0.wasCommitted })
        #expect(commits.contains { !$0.wasCommitted })
    }

    /// Every way to cut a commit, by what an undisturbed one consists of.
    private func cuts(of deed: CutLane.Deed) async throws -> [Cut] {
        let lane = try await CutLane(deed)
        try await lane.working {
            try await lane.prepare(["order-1"])
            try await lane.cause("order-1")
            try await lane.isDone("order-1")
        }
        let prepare = try #require(lane.proxy.exchanges.first { $0.request == .prepare })
        let execute = try #require(lane.commits(about: "order-1").first)
        for exchange in [prepare, execute] {
            try #require(exchange.messages.first?.sender == .client)
            try #require(exchange.messages.contains(ProtocolMessage(.client, "S")))
            try #require(exchange.messages.last == ProtocolMessage(.server, "Z"))
        }
        return [prepare, execute].flatMap(Cut.all)
    }

    /// Lets one worker go through these cuts, one after the other, and looks at what it leaves.
    private func commit(_ deed: CutLane.Deed, cutAt cuts: [Cut]) async throws -> [CutLane.CutCommit] {
        let lane = try await CutLane(deed)
        let orders = cuts.indices.map { "order-\($0 + 1)" }
        var commits: [CutLane.CutCommit] = []
        try await lane.working {
            try await lane.prepare(orders)
            for (cut, order) in zip(cuts, orders) { commits.append(try await lane.cut(cut, about: order)) }
            // Before the payments that are still to come, whose steps are about the same invoices.
            for commit in commits { isFound(commit, in: lane) }
            try await lane.end(orders)
        }
        try await lane.isExact(orders.count, after: commits)
        // A wrong guess would end there: the next step would have another number than the lane. That the other lane was
        // faster with an owner is not a guess.
        #expect(lane.proxy.exchanges.compactMap(\.refusal).filter { $0 != "CF902" } == [])
        return commits
    }

    /// What the server has is never asked for again; what it has not is.
    private func isFound(_ commit: CutLane.CutCommit, in lane: CutLane) {
        let (cut, asked) = (commit.cut, lane.commits(about: commit.order).count)
        #expect(commit.wasCommitted == (cut.request == .execute && cut.deliversRequest), "\(cut)")
        #expect(commit.wasCommitted ? asked == 1 : asked > 1, "\(cut): \(asked) commits")
    }

    @Test("A commit that still runs when its outcome is looked up is waited for", arguments: CutLane.Deed.allCases)
    func stillRunning(_ deed: CutLane.Deed) async throws {
        let lane = try await CutLane(deed)
        try await lane.working {
            try await lane.prepare(["order-1"])
            // The server has carried out the statement and waits for the word to commit it.
            try await lane.cause("order-1", keepingBack: ProtocolMessage(.client, "S"))
            try await eventually("the look-up waits for the lane") {
                try await lane.holds(
                    """
                    EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                            AND wait_event_type = 'Lock' AND query LIKE '%data.standing(%')
                    """)
            }
            lane.proxy.deliver()
            try await lane.isDone("order-1")
            #expect(lane.commits(about: "order-1").count == 1)
            try await lane.end(["order-1"])
        }
        try await lane.isExact(1)
    }

    @Test(
        "A commit that reaches the server after its outcome was looked up counts, and the worker goes on from there",
        arguments: CutLane.Deed.allCases)
    func late(_ deed: CutLane.Deed) async throws {
        let lane = try await CutLane(deed)
        try await lane.working {
            try await lane.prepare(["order-1", "order-2"])
            try await lane.cause("order-1", keepingBack: ProtocolMessage(.client, "B"))
            try await eventually("the worker found nothing and commits again") { lane.proxy.isOvertaken }
            lane.proxy.deliver()
            try await lane.isDone("order-1")
            // The server's answer passes the proxy after what it did can be seen.
            try await eventually("the late commit is answered") {
                lane.commits(about: "order-1").first?.isCompleted == true
            }
            try await lane.cause("order-2")
            try await lane.isDone("order-2")
            try await lane.end(["order-1", "order-2"])
        }
        try await lane.isExact(2)
    }

    @Test(
        "A commit that comes late is not taken for the next one, whose answer is lost too",
        arguments: CutLane.Deed.allCases)
    func lateAndLost(_ deed: CutLane.Deed) async throws {
        let lane = try await CutLane(deed)
        try await lane.working {
            try await lane.prepare(["order-1", "order-2"])
            try await lane.cause("order-1", keepingBack: ProtocolMessage(.client, "B"))
            try await eventually("the worker found nothing and commits again") { lane.proxy.isOvertaken }
            lane.proxy.cut(at: Cut(.execute, .before, ProtocolMessage(.server, "E")))
            lane.proxy.deliver()
            try await lane.isCut()
            lane.proxy.holdsConnections.store(false, ordering: .sequentiallyConsistent)
            try await lane.isDone("order-1")
            try await lane.cause("order-2")
            try await lane.isDone("order-2")
            try await lane.end(["order-1", "order-2"])
        }
        try await lane.isExact(2)
    }

    @Test("A worker whose first commit is lost begins again and does not halt")
    func first() async throws {
        let lane = try await CutLane(.credit)
        try await lane.watched.following { try await lane.watched.cursorReachesTip() }
        lane.proxy.cut(at: Cut(.execute, .before, ProtocolMessage(.client, "B")))
        try await lane.working {
            try await lane.isCut()
            lane.proxy.holdsConnections.store(false, ordering: .sequentiallyConsistent)
            try await lane.unhalted("the worker follows") { lane.worker.status == .following }
        }
    }
}
