import Foundation
import Payments
import Store
import TestSupport

/// The settlement lane of a `MigratedDatabase`, worked look by look.
struct SettlementLane {
    private let store: Store
    private var base: LaneSnapshot

    init(_ migrated: MigratedDatabase) async throws {
        store = Store(migrated.connection, lane: Store.settlementLane)
        _ = try await store.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(600))
        base = try await store.snapshot()
    }

    /// Looks at what is due and commits what it comes to.
    @discardableResult
    mutating func look(limit: Int32 = 200) async throws -> [Changes] {
        let due = try await store.dueInvoices(limit: limit)
        guard !due.isEmpty else { return [] }
        let (now, watermarks) = try await store.watermarks()
        var query = DossierQuery(owners: due)
        query.sightedBefore = now - Deposit.mempoolPatience
        var step = SettlementStep(base: base)
        step.watermarks = watermarks
        step.changes = try await store.dossiers(query).map {
            settle($0, SettlementFacts(watermarks: watermarks, now: now)).changes
        }.filter { !$0.isEmpty }
        let outcome = try await store.commit(step)
        guard case .committed(let standing) = outcome else { throw TestFailure("\(outcome)") }
        base = standing
        return step.changes
    }
}
