import Chain
import Foundation
import Payments
import Store
import TestSupport
import Testing

@Suite("Thresholds under finality tags")
struct FinalityTests {
    private func lane(_ thresholds: Thresholds) async throws -> NetworkLane {
        let migrated = try await MigratedDatabase()
        try await migrated.database.execute(
            """
            SELECT confirmd.create_invoice('shop', 'order', '[{"asset":"LTC","address":"one","amount":"1"}]')
            """, user: "confirmd_creator")
        var lane = try await NetworkLane(migrated, thresholds)
        for _ in 1...3 { try await lane.block() }
        try await lane.register()
        return lane
    }

    private func status(_ lane: NetworkLane) async throws -> String? {
        try await lane.migrated.database.value("SELECT status FROM confirmd.deposit")
    }

    @Test("A deposit is credited when its block is under the tag, and final when enough blocks on it are")
    func tags() async throws {
        var lane = try await lane(
            Thresholds(credit: Threshold(1, under: .safe), final: Threshold(2, under: .finalized)))
        let database = lane.migrated.database
        try await lane.block(["one": 100_000_000])
        for _ in 5...20 { try await lane.block() }
        #expect(try await status(lane) == "detected")
        #expect(
            try await database.rows(
                "SELECT required, required_tag, final_required, final_required_tag FROM confirmd.deposit")
                == [["1", "safe", "2", "finalized"]])
        try await lane.finalize([.safe: 3])
        #expect(try await status(lane) == "detected")
        try await lane.finalize([.safe: 4, .finalized: 3])
        #expect(try await status(lane) == "credited")
        try await lane.finalize([.safe: 9, .finalized: 4])
        #expect(try await status(lane) == "credited")
        try await lane.finalize([.safe: 9, .finalized: 5])
        #expect(try await status(lane) == "final")
        #expect(try await lane.migrated.store.snapshot() == lane.base)
        #expect(
            try await database.value("SELECT finality::text FROM confirmd.network") == #"{"safe": 9, "finalized": 5}"#)
        #expect(try await lane.migrated.store.dossiers(DossierQuery(due: .everything)).isEmpty)
        let told = try await database.rows(
            """
            SELECT type, payload ->> 'required_tag', payload ->> 'final_required_tag' FROM confirmd.outbox
            WHERE type LIKE 'deposit%' ORDER BY position
            """)
        #expect(
            told == ["detected", "credited", "final"].map { ["deposit.\($0)", "safe", "finalized"] })
    }

    @Test("A reorganization takes the tags down with it; what is credited again waits for them again")
    func reorganization() async throws {
        let tagged = Threshold(1, under: .finalized)
        var lane = try await lane(Thresholds(credit: tagged, final: tagged))
        try await lane.block(["one": 100_000_000])
        try await lane.finalize([.finalized: 4])
        #expect(try await status(lane) == "final")
        try await lane.disconnect(to: 3)
        #expect(try await status(lane) == "reversed")
        #expect(lane.base.finality == [.finalized: 3])
        try await lane.block(["one": 100_000_000])
        #expect(try await status(lane) == "detected")
        try await lane.finalize([.finalized: 4])
        #expect(try await status(lane) == "final")
    }

    @Test("An invoice's finality waits for the tag, too")
    func finalThrough() async throws {
        let tagged = Threshold(3, under: .finalized)
        var lane = try await lane(Thresholds(credit: Threshold(1), final: tagged))
        for _ in 4...9 { try await lane.block() }
        let time = "SELECT extract(epoch FROM confirmd_data.final_through(n))::bigint FROM confirmd_data.network n"
        #expect(try await lane.migrated.database.value(time) == nil)
        try await lane.finalize([.finalized: 7])
        #expect(try await lane.migrated.database.value(time) == "1700000005")
    }

    @Test("Policies are written as they are configured")
    func policies() async throws {
        let lane = try await lane(Thresholds(credit: Threshold(12), final: Threshold(33, under: .finalized)))
        #expect(
            try await lane.migrated.database.value("SELECT thresholds::text FROM confirmd.policy")
                == #"{"final": "finalized+32", "tiers": [], "credit": 12}"#)
    }
}
