import Chain
import Payments
import Testing

@Suite("Caution")
struct CautionTests {
    private let terms = CautionTerms(factor: 3, duration: .seconds(400), reorgDepth: nil, ceiling: 143)

    @Test("Numbers grow up to the ceiling, weaker tags give way to stronger ones, and nothing ever sinks")
    func raise() throws {
        for (before, after) in [
            ("1", "3"), ("6", "18"), ("47", "141"), ("48", "143"), ("143", "143"), ("200", "200"),
            ("2147483647", "2147483647"),
            ("safe", "finalized"), ("safe+2", "finalized"), ("finalized", "finalized"),
            ("finalized+32", "finalized+96"),
            ("chainlock+200", "chainlock+200"),
            ("instantsend", "chainlock"), ("chainlock", "chainlock"), ("solidified", "solidified"),
        ] {
            let threshold = try #require(Threshold(before))
            let final = threshold.tag == .instantsend ? Threshold(1, under: .chainlock) : threshold
            #expect(terms.raise(Thresholds(credit: threshold, final: final)).credit.description == after)
        }
    }

    @Test("What is final stays no weaker than what is credited")
    func order() throws {
        let written = [
            "1", "5", "48", "60", "143", "safe", "safe+7", "finalized", "finalized+3", "chainlock", "instantsend",
        ]
        let thresholds = try written.map { try #require(Threshold($0)) }
        for credit in thresholds {
            for final in thresholds where final.mayFollow(credit) {
                let raised = terms.raise(Thresholds(credit: credit, final: final))
                #expect(raised.final.mayFollow(raised.credit), "\(credit) \(final)")
                #expect(raised.credit.mayFollow(credit), "\(credit)")
            }
        }
    }

    @Test("Half the confirmations of a credit are deep, and never one block; a tag has no half")
    func depth() {
        let deep = { (credit: Threshold) in (1...100).first { terms.isDeep($0, for: credit) } }
        #expect([1, 2, 3, 4, 5, 6, 12].map { deep(Threshold($0)) } == [2, 2, 2, 2, 3, 3, 6])
        #expect(deep(Threshold(6, under: .finalized)) == nil)
        let stated = CautionTerms(factor: 2, duration: .seconds(1), reorgDepth: 1, ceiling: 10)
        #expect(stated.isDeep(1, for: Threshold(6, under: .finalized)) && !stated.isDeep(0, for: Threshold(6)))
    }

    @Test("It lasts no longer than from now: a clock that was ahead when it began makes it none the longer")
    func clock() throws {
        let ahead = Caution(causes: [.deepReorg], until: 9_000)
        #expect(terms.standing(ahead, at: 1_000) == Caution(causes: [.deepReorg], until: 1_400))
        #expect(terms.standing(ahead, at: 8_700) == ahead)
        #expect(terms.standing(ahead, at: 9_000) == nil && terms.standing(nil, at: 0) == nil)
        #expect(
            terms.caution(after: .blockBurst, at: 1_000, since: ahead)
                == Caution(causes: [.deepReorg, .blockBurst], until: 1_400))
    }

    @Test("It lasts from the last sign on; signs in quick succession make no policy each")
    func signs() throws {
        let first = try #require(terms.caution(after: .deepReorg, at: 1_000, since: nil))
        #expect(first == Caution(causes: [.deepReorg], until: 1_400))
        #expect(terms.caution(after: .deepReorg, at: 1_099, since: first) == nil)
        #expect(terms.caution(after: .deepReorg, at: 1_100, since: first)?.until == 1_500)
        #expect(
            terms.caution(after: .blockBurst, at: 1_001, since: first)
                == Caution(causes: [.deepReorg, .blockBurst], until: 1_401))
        // What is over is not remembered.
        #expect(terms.caution(after: .blockBurst, at: 1_400, since: first)?.causes == [.blockBurst])
    }
}
