import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport
import Testing

/// How far a chain may go back: ten blocks from the highest one that was ever connected.
@Suite("The floor under a rollback")
struct FloorTests {
    private struct Chain {
        let migrated: MigratedDatabase
        var base: LaneSnapshot
        var headersKept = 10

        init() async throws {
            migrated = try await MigratedDatabase()
            try await migrated.publish()
            _ = try await migrated.store.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(60))
            base = try await migrated.store.snapshot()
        }

        static func header(_ height: Int64) -> Header {
            func hash(_ height: Int64) -> Hash256 { Hash256(7, 0, 0, UInt64(height + 1)) }
            return Header(
                reference: BlockReference(height: height, hash: hash(height)), parent: hash(height - 1),
                time: 1_700_000_000 + height, work: 1)
        }

        mutating func take(_ change: (inout Step) -> Void) async throws {
            var step = Step(network: "litecoin", base: base, headersKept: headersKept, state: .following)
            change(&step)
            let outcome = try await migrated.store.commit(step)
            guard case .committed(let snapshot) = outcome else { throw TestFailure("not committed: \(outcome)") }
            base = snapshot
            #expect(try await migrated.store.snapshot() == base)
        }

        mutating func connect(_ heights: ClosedRange<Int64>) async throws {
            try await take { $0.headers = heights.map(Self.header) }
        }

        mutating func disconnect(to height: Int64) async throws {
            try await take { $0.disconnect(to: Self.header(height).reference) }
        }

        /// A command that an operator gave and the step carries out.
        mutating func resume(resync height: Int64? = nil) async throws {
            try await take { $0.state = .halted }
            let number = try await migrated.database.value(
                "SELECT confirmd.resume_network('litecoin', 'seen', \(height != nil))")
            try await take { step in
                step.command = Int64(number ?? "")
                step.isTakenUp = true
                if let height { step.disconnect(to: Self.header(height).reference) }
            }
        }
    }

    @Test("It rises with the highest block and never falls, in one piece or in several, whatever is connected between")
    func pieces() async throws {
        var chain = try await Chain()
        #expect(chain.base.floor == nil)
        try await chain.connect(0...8)
        #expect(chain.base.floor == 0)
        try await chain.connect(9...50)
        try await chain.disconnect(to: 46)
        try await chain.connect(47...48)
        try await chain.disconnect(to: 42)
        #expect(chain.base.floor == 40)
        await #expect(throws: PostgresError.self) { try await chain.disconnect(to: 39) }
        #expect(try await chain.migrated.store.snapshot() == chain.base, "nothing of it was written")
        try await chain.disconnect(to: 40)
        try await chain.connect(41...50)
        #expect(chain.base.floor == 40)
        try await chain.connect(51...51)
        #expect(chain.base.floor == 41)
    }

    @Test("What goes below it is refused with a code of its own")
    func wall() async throws {
        var chain = try await Chain()
        try await chain.connect(0...50)
        do {
            try await chain.disconnect(to: 30)
            Issue.record("it was taken")
        } catch let error as PostgresError {
            #expect(
                error.sqlState == "CF907" && error.message.contains("the lowest one that max_reorg_depth allows is 40"))
        }
    }

    /// The highest block that is stored would become the tip, whatever was meant.
    @Test("A block that is not stored is not gone back to")
    func unstored() async throws {
        var chain = try await Chain()
        try await chain.connect(0...50)
        try await chain.migrated.database.execute("DELETE FROM confirmd_data.header WHERE height = 45")
        var step = Step(network: "litecoin", base: chain.base, headersKept: 10, state: .following)
        step.disconnect(to: Chain.header(45).reference)
        guard case .stale = try await chain.migrated.store.commit(step) else {
            Issue.record("it was taken")
            return
        }
        #expect(try await chain.migrated.store.snapshot() == chain.base)
    }

    @Test("An operator's word sets it anew, with and without a resynchronization")
    func operators() async throws {
        var chain = try await Chain()
        try await chain.connect(0...50)
        try await chain.disconnect(to: 44)
        try await chain.resume()
        #expect(chain.base.floor == 34)
        try await chain.resume(resync: 20)
        #expect(chain.base.tip?.height == 20 && chain.base.floor == 10)
    }

    @Test("A command that is refused is no such word")
    func refusedCommand() async throws {
        var chain = try await Chain()
        try await chain.connect(0...50)
        try await chain.disconnect(to: 44)
        let number = try await chain.migrated.database.value("SELECT confirmd.resume_network('litecoin', 'seen')")
        try await chain.take { step in
            step.command = Int64(number ?? "")
            step.refusal = "not_halted"
        }
        #expect(chain.base.floor == 40)
    }

    @Test("Another max_reorg_depth counts from then on: a deeper one reaches no further, a shallower one less far")
    func otherDepth() async throws {
        var chain = try await Chain()
        try await chain.connect(0...50)
        chain.headersKept = 30
        try await chain.connect(51...55)
        #expect(chain.base.floor == 40)
        try await chain.connect(56...80)
        #expect(chain.base.floor == 50)
        chain.headersKept = 5
        try await chain.connect(81...81)
        #expect(chain.base.floor == 76)
    }
}
