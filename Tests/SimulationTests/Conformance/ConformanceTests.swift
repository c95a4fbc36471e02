import Chain
import Foundation
import Payments
import Store
import TestSupport
import Testing

@testable import Simulation

/// The model of the database and the real one, given the same: a seed's run again, request by request, with some that are made
/// on what is no longer so. What proves the engine on the model proves it for PostgreSQL.
@Suite("The model of the database does what the database does")
struct ConformanceTests {
    private static let seeds: [UInt64] = [3, 8, 14, 21, 34, 43]

    @Test("Both answer alike, and then tell the same", arguments: seeds)
    func alike(seed: UInt64) async throws {
        let difference = try await firstDifference(seed: seed)
        #expect(difference == nil)
    }

    /// What the rule is in PostgreSQL, and what it is made.
    private static let rules: [(rule: String, other: String)] = [
        // The fence.
        ("fence.step IS DISTINCT FROM base.step", "false"),
        ("cursor_now.policy_number <> base.policy_number", "false"),
        // Watermarks: how far a network is observed, and how far final.
        ("tip - (threshold #>> '{}')::bigint + 1", "tip - (threshold #>> '{}')::bigint + 2"),
        (
            "least(clock_timestamp() - cursor_next.observed_ago",
            "least(clock_timestamp() - 100 * cursor_next.observed_ago"
        ),
        // Which invoices time may change.
        ("check_through <= p.through", "check_through <= p.through - interval '1 minute'"),
        // Whom an address on another network belongs to.
        ("other.address_space = here.address_space", "other.family = here.chain"),
        // Money.
        ("credited = b.credited + e.credited", "credited = b.credited + 2 * e.credited"),
    ]

    @Test("A rule that is another one in PostgreSQL is noticed", arguments: rules)
    func damaged(rule: String, other: String) async throws {
        try await isNoticed { definitions in
            #expect(definitions.contains(rule))
            return definitions.replacing(rule, with: other)
        }
    }

    @Test(
        "A rule that is another one in the model is noticed",
        arguments: [
            .ignoresFence, .losesEvents, .doublesBalances, .losesDeposits, .keepsDisconnected, .forgetsOutputs,
            .forgetsReversals,
        ] as [ModelDatabase.Sabotage])
    func sabotaged(_ sabotage: ModelDatabase.Sabotage) async throws {
        try await isNoticed(sabotage: sabotage)
    }

    private func isNoticed(
        sabotage: ModelDatabase.Sabotage? = nil, damage: (String) -> String = { $0 }
    ) async throws {
        for seed in Self.seeds {
            if try await firstDifference(seed: seed, sabotage: sabotage, damage: damage) != nil { return }
        }
        Issue.record("it went unnoticed")
    }

    /// Runs a seed and replays it on the model and on PostgreSQL; the first thing in which they differ.
    private func firstDifference(
        seed: UInt64, sabotage: ModelDatabase.Sabotage? = nil, damage: (String) -> String = { $0 }
    ) async throws -> String? {
        let recording = await Recording(seed: seed)
        let postgres = try await PostgresTwin(recording.plan, damage: damage)
        let model = try ModelTwin(recording.plan)
        model.database.sabotage = sabotage
        var replay = Replay(recording, model, postgres, seed: seed)
        let difference = try await replay.firstDifference()
        await postgres.close()
        return difference
    }
}
