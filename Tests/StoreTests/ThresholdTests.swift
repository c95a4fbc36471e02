import BigInt
import Chain
import Foundation
import Payments
import Store
import TestSupport
import Testing

/// SQL looks for the latest final block: by the rule that `Threshold` has, or invoices would be final too early.
@Suite("Thresholds in SQL")
struct StoredThresholdTests {
    @Test(
        "A threshold in a policy comes to the same height as in Swift, whatever it is and however far the chain reaches"
    )
    func heights() async throws {
        let migrated = try await MigratedDatabase()
        var random = SplitMix64(seed: 6)
        var cases: [(Threshold, Reach)] = []
        for _ in 0..<500 {
            let tag = FinalityTag.allCases.randomElement(using: &random)
            let confirmations = Int32(
                random.chance(50) ? 1 + random.number(below: 5) : 1 + random.number(below: 99_999))
            var reach = Reach(tip: Int64(random.number(below: 1_000_000)))
            for tag in FinalityTag.allCases where random.chance(50) {
                reach.finality[tag] = Int64(random.number(below: 1_000_000))
            }
            cases.append((Threshold(confirmations, under: random.chance(70) ? tag : nil), reach))
        }
        let rows = try cases.map { threshold, reach in
            let finality = Dictionary(uniqueKeysWithValues: reach.finality.map { ($0.key.rawValue, $0.value) })
            return "('\(try json(threshold))', \(reach.tip), '\(try json(finality))')"
        }
        let heights = try await migrated.database.rows(
            """
            SELECT confirmd_data.threshold_height(threshold::jsonb, tip, finality::jsonb)
            FROM (VALUES \(rows.joined(separator: ", "))) c (threshold, tip, finality)
            """
        ).map { $0[0] }
        for ((threshold, reach), height) in zip(cases, heights) {
            #expect(height == threshold.height(reachedBy: reach).map { "\($0)" }, "\(threshold) at \(reach)")
        }
        #expect(heights.count == 500 && heights.contains(nil))
    }

    @Test("A policy is read back as it was published, and published once")
    func policies() async throws {
        let migrated = try await MigratedDatabase()
        let terms = PolicyTerms(
            ThresholdTable(
                Thresholds(credit: Threshold(1, under: .chainlock), final: Threshold(7, under: .chainlock)),
                tiers: [
                    Tier(
                        asset: "LTC", from: Amount(BigUInt(150_000_000)),
                        thresholds: Thresholds(
                            credit: Threshold(2, under: .chainlock), final: Threshold(9, under: .chainlock)))
                ]),
            quorum: Quorum(nodes: 2, from: ["LTC": Amount(BigUInt(5))]))
        let publication = Publication(
            family: "bitcoin", chain: "regtest", maximumBlockGap: .seconds(10_800), arrivalGrace: .seconds(60),
            terms: terms,
            cautionTerms: CautionTerms(factor: 2, duration: .seconds(60), reorgDepth: nil, onTop: 1, ceiling: 50),
            assets: [MigratedDatabase.litecoin])
        for expected in [terms, publication.raised(for: Caution(causes: [.blockBurst], until: 77)).terms] {
            let raised = publication.raised(for: expected.raise?.caution)
            let number = try await migrated.store.publish(raised, from: "test", introducing: false)
            #expect(try await migrated.store.publish(raised, from: "other", introducing: false) == number)
            let text = try await migrated.database.value(
                "SELECT thresholds FROM confirmd.policy WHERE number = \(number)")
            #expect(try JSONDecoder().decode(PolicyTerms.self, from: Data((text ?? "").utf8)) == expected)
            #expect(try await migrated.store.caution() == expected.raise?.caution)
        }
        let row = try #require(try await Reader(migrated.connect()).networks().first?.columns)
        #expect(row.thresholds?.credit == Threshold(2, under: .chainlock))
        #expect(row.thresholds?.tiers.map(\.from) == ["1.5"])
        #expect(row.thresholds?.caution?.configured == terms.table)
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
