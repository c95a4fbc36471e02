import BigInt
import Chain
import Foundation
import Payments
import TestSupport
import Testing

/// The one form in which what deposits wait for is stored, published and read.
@Suite("Policy terms") struct PolicyTermsTests {
    private static let counted = Thresholds(credit: 2, final: 4)
    private static let tagged = Thresholds(credit: Threshold(1, under: .safe), final: Threshold(33, under: .finalized))
    private static let tier = Tier(asset: "LTC", from: Amount(BigUInt(10_000_000_000)), thresholds: tagged)
    private static let cautionTerms = CautionTerms(
        factor: 2, duration: .seconds(60), reorgDepth: nil, onTop: 3, ceiling: 100)
    private static let caution = Caution(causes: [.finalityRegress, .deepReorg], until: 1_700_000_000)

    @Test(
        "They are written as every version wrote them",
        arguments: [
            (PolicyTerms(ThresholdTable(counted)), #"{"credit":2,"final":4,"tiers":[]}"#),
            (
                PolicyTerms(ThresholdTable(tagged, tiers: [tier])),
                """
                {"credit":"safe","final":"finalized+32","tiers":[{"asset":"LTC","credit":"safe",\
                "final":"finalized+32","from":"10000000000"}]}
                """
            ),
            (
                PolicyTerms(ThresholdTable(counted), quorum: Quorum(nodes: 3, from: ["LTC": Amount(BigUInt(7))])),
                #"{"credit":2,"final":4,"quorum":3,"quorum_from":{"LTC":"7"},"tiers":[]}"#
            ),
            (
                PolicyTerms(ThresholdTable(Thresholds(credit: 1, final: 1)), quorum: Quorum(nodes: 1)),
                #"{"credit":1,"final":1,"quorum":1,"quorum_from":{},"tiers":[]}"#
            ),
            (
                PolicyTerms(ThresholdTable(counted, tiers: [tier])).raised(for: caution, by: cautionTerms),
                """
                {"caution":{"causes":["deep_reorg","finality_regress"],"configured":{"credit":2,"final":4,"tiers":\
                [{"asset":"LTC","credit":"safe","final":"finalized+32","from":"10000000000"}]},"until":1700000000},\
                "credit":4,"final":8,"tiers":[{"asset":"LTC","credit":"finalized","final":"finalized+64",\
                "from":"10000000000"}]}
                """
            ),
        ])
    func form(terms: PolicyTerms, text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(terms), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(PolicyTerms.self, from: Data(text.utf8)) == terms)
    }

    @Test("What is not known here is refused, and never guessed")
    func refusals() {
        for text in [
            #"{"credit":0,"final":4,"tiers":[]}"#, #"{"credit":2.5,"final":4,"tiers":[]}"#,
            #"{"credit":2,"final":1,"tiers":[]}"#, #"{"credit":"2","final":"later","tiers":[]}"#,
            #"{"credit":"finalized","final":4,"tiers":[]}"#, #"{"credit":2,"final":4}"#,
            #"{"credit":2,"final":4,"tiers":[],"quorum":0}"#,
            #"{"credit":2,"final":4,"tiers":[],"quorum":2,"quorum_from":{"LTC":"-1"}}"#,
            #"{"credit":2,"final":4,"tiers":[{"asset":"LTC","from":"1.5","credit":2,"final":4}]}"#,
        ] {
            #expect(throws: DecodingError.self, "\(text)") {
                try JSONDecoder().decode(PolicyTerms.self, from: Data(text.utf8))
            }
        }
    }

    @Test("A caution that another version wrote is read as far as it is known here")
    func otherVersions() throws {
        let text = #"{"credit":4,"final":8,"tiers":[],"caution":{"causes":["deep_reorg","solar_flare"],"until":9}}"#
        let terms = try JSONDecoder().decode(PolicyTerms.self, from: Data(text.utf8))
        #expect(terms.raise?.caution == Caution(causes: [.deepReorg], until: 9))
        #expect(terms.raise?.configured == nil && terms.raises.isEmpty)
    }

    @Test("Terms at their ceiling are not raised, and those that are say from what to what")
    func raised() {
        let low = CautionTerms(factor: 2, duration: .seconds(60), reorgDepth: nil, onTop: 1, ceiling: 2)
        let terms = PolicyTerms(ThresholdTable(Self.counted))
        #expect(terms.raised(for: Self.caution, by: low) == terms)
        #expect(terms.raised(for: nil, by: Self.cautionTerms) == terms)
        #expect(terms.raised(for: Self.caution, by: nil) == terms)
        let raised = PolicyTerms(ThresholdTable(Self.counted, tiers: [Self.tier, Self.tier]))
            .raised(for: Self.caution, by: Self.cautionTerms)
        #expect(raised.raises == "credit 2 → 4, final 4 → 8, 2 tiers")
        #expect(raised.table.tags == [.finalized])
    }

    @Test("Of what is raised that alone is told that is another than before")
    func raises() {
        let terms = CautionTerms(factor: 2, duration: .seconds(60), reorgDepth: nil, onTop: 1, ceiling: 4)
        func raises(_ credit: Int32, _ final: Int32, tiers: [Thresholds] = []) -> String {
            let tiers = tiers.enumerated().map { place, thresholds in
                Tier(asset: "LTC", from: Amount(BigUInt(place + 1)), thresholds: thresholds)
            }
            let table = ThresholdTable(Thresholds(credit: credit, final: final), tiers: tiers)
            return PolicyTerms(table).raised(for: Self.caution, by: terms).raises
        }
        #expect(raises(2, 4) == "credit 2 → 4" && raises(1, 2) == "credit 1 → 2, final 2 → 4")
        #expect(raises(4, 4, tiers: [Self.counted]) == "one tier" && raises(4, 9).isEmpty)
        let high = Thresholds(credit: 8, final: 9)
        #expect(raises(4, 4, tiers: [Self.counted, high, Self.tagged]) == "2 tiers")
        #expect(raises(3, 4, tiers: [high, Self.counted]) == "credit 3 → 4, one tier")
    }

    @Test("The height that a reach allows is the last one that is due by it")
    func heights() {
        for confirmations in 1...12 as ClosedRange<Int32> {
            for tag in [nil, .finalized] as [FinalityTag?] {
                let threshold = Threshold(confirmations, under: tag)
                for tip in 0...30 as ClosedRange<Int64> {
                    let reach = Reach(tip: tip, finality: tip.isMultiple(of: 2) ? [.finalized: tip / 2] : [:])
                    let due = (0...tip).last { threshold.due(from: $0).isReached(by: reach) }
                    #expect(threshold.height(reachedBy: reach).flatMap { $0 >= 0 ? $0 : nil } == due)
                }
            }
        }
    }
}
