import Chain
import TestSupport
import Testing

@testable import Payments

@Suite("Caution")
struct CautionTests {
    private let terms = CautionTerms(factor: 3, duration: .seconds(400), reorgDepth: nil, onTop: 20, ceiling: 143)

    @Test("Numbers grow to the ceiling, weak tags give way to strong ones, and on top of those more is waited for")
    func raise() throws {
        for (before, after) in [
            ("1", "3"), ("6", "18"), ("47", "141"), ("48", "143"), ("143", "143"), ("200", "200"),
            ("2147483647", "2147483647"),
            ("safe", "finalized"), ("safe+2", "finalized+2"), ("finalized", "finalized+20"),
            ("finalized+5", "finalized+25"), ("finalized+32", "finalized+96"), ("finalized+100", "finalized+142"),
            ("chainlock+142", "chainlock+142"), ("chainlock+200", "chainlock+200"),
            ("instantsend", "chainlock"), ("chainlock", "chainlock+20"), ("solidified", "solidified+20"),
        ] {
            let threshold = try #require(Threshold(before))
            #expect(terms.raise(threshold).description == after)
        }
    }

    /// Every kind of threshold, at the ends and at random.
    private func thresholds(_ random: inout SplitMix64) -> [Threshold] {
        let numbers = [1, 2, 3, 142, 143, 144, Int32.max] + (0..<6).map { _ in Int32(random.next() % 200) + 1 }
        return numbers.flatMap { number in
            ([nil] + FinalityTag.allCases.map(Optional.some)).map { Threshold(number, under: $0) }
        }
    }

    @Test(
        "What is raised comes later, unless it is at the ceiling; never earlier; final may follow credit",
        arguments: 1...40)
    func order(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let terms = CautionTerms(
            factor: Int32(random.next() % 9) + 2, duration: .seconds(1), reorgDepth: nil,
            onTop: Int32(random.next() % 300) + 1, ceiling: Int32(random.next() % 150) + 1)
        let thresholds = thresholds(&random)
        for threshold in thresholds {
            let raised = terms.raise(threshold)
            #expect(raised.mayFollow(threshold), "\(threshold) → \(raised)")
            let mayGrow = [.safe, .instantsend].contains(threshold.tag) || threshold.confirmations < terms.ceiling
            #expect(threshold.mayFollow(raised) == !mayGrow, "\(threshold) → \(raised) under \(terms.ceiling)")
            // By the chain's own heights, too: whatever it reaches, it reaches the raised one later.
            let reach = Reach(tip: 1_000, finality: [.safe: 900, .finalized: 800, .solidified: 800, .chainlock: 900])
            for height in [600, 790, 900] as [Int64] where raised.due(from: height).isReached(by: reach) {
                #expect(threshold.tag == .instantsend || threshold.due(from: height).isReached(by: reach))
            }
            for final in thresholds where final.mayFollow(threshold) {
                let both = terms.raise(Thresholds(credit: threshold, final: final))
                #expect(both.final.mayFollow(both.credit) && both.final.mayFollow(final))
                #expect(both.credit == raised)
            }
        }
    }

    @Test("Half the confirmations of a credit are deep, and never one block; a tag has no half")
    func depth() {
        let deep = { (credit: Threshold) in (1...100).first { terms.isDeep($0, for: credit) } }
        #expect([1, 2, 3, 4, 5, 6, 12].map { deep(Threshold($0)) } == [2, 2, 2, 2, 3, 3, 6])
        #expect(deep(Threshold(6, under: .finalized)) == nil)
        let stated = CautionTerms(factor: 2, duration: .seconds(1), reorgDepth: 1, onTop: 1, ceiling: 10)
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

    @Test("Under a second it lasts one")
    func shortest() {
        for duration in [.milliseconds(1), .seconds(1)] as [Duration] {
            let terms = CautionTerms(factor: 2, duration: duration, reorgDepth: nil, onTop: 1, ceiling: 10)
            #expect(terms.caution(after: .blockBurst, at: 1_000, since: nil)?.until == 1_001)
        }
    }

    @Test("Terms that would raise nothing, or for no time, are a mistake")
    func mistakes() async {
        await #expect(processExitsWith: .failure) {
            _ = CautionTerms(factor: 1, duration: .seconds(1), reorgDepth: nil, onTop: 1, ceiling: 10)
        }
        await #expect(processExitsWith: .failure) {
            _ = CautionTerms(factor: 2, duration: .zero, reorgDepth: nil, onTop: 1, ceiling: 10)
        }
        await #expect(processExitsWith: .failure) {
            _ = CautionTerms(factor: 2, duration: .seconds(1), reorgDepth: nil, onTop: 0, ceiling: 10)
        }
    }

    @Test("It says why, one reason after the other in an order of their own")
    func words() {
        #expect(
            Caution(causes: [.nodeDisagreement], until: 9).description
                == "thresholds are raised, because nodes had different blocks at the same height")
        let all = """
            thresholds are raised, because blocks came much faster than they should, many blocks were disconnected at \
            once, what had been called settled was taken back, nodes had different blocks at the same height
            """
        #expect(Caution(causes: Set(Caution.Cause.allCases), until: 9).description == all)
    }
}
