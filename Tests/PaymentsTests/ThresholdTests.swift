import BigInt
import Chain
import Testing

@testable import Payments

@Suite("Thresholds")
struct ThresholdTests {
    @Test("A threshold is spelled in one way only")
    func spelling() {
        let spellings: [(Threshold, String)] = [
            (Threshold(6), "6"), (Threshold(1, under: .finalized), "finalized"),
            (Threshold(33, under: .finalized), "finalized+32"), (Threshold(2, under: .chainlock), "chainlock+1"),
        ]
        for (threshold, text) in spellings {
            #expect(threshold.description == text)
            #expect(Threshold(text) == threshold)
        }
        for text in [
            "", "0", "-1", "06", "+6", "finalised", "finalized+", "finalized+0", "finalized+-1", "finalized+01",
            "finalized+1+1", "6+finalized", "finalized+2147483647", "99999999999",
        ] {
            #expect(Threshold(text) == nil, "\(text)")
        }
    }

    @Test("In a sentence a number says of what, and a tag speaks for itself")
    func words() {
        #expect(Threshold(6).inWords == "6 confirmations")
        #expect(Threshold(1, under: .finalized).inWords == "finalized")
        #expect(Threshold(3, under: .safe).inWords == "safe+2")
    }

    @Test("What is known to be weaker may not be final")
    func order() {
        let (safe, finalized) = (Threshold(1, under: .safe), Threshold(1, under: .finalized))
        #expect(Threshold(6).mayFollow(Threshold(6)) && !Threshold(5).mayFollow(Threshold(6)))
        #expect(finalized.mayFollow(safe) && !safe.mayFollow(finalized))
        #expect(finalized.mayFollow(Threshold(64)) && !Threshold(64).mayFollow(finalized))
        #expect(Threshold(33, under: .finalized).mayFollow(finalized) && !safe.mayFollow(Threshold(2, under: .safe)))
    }

    @Test("Confirmations count from the tip or from the tag's block")
    func due() throws {
        let deposit = Int64(100)
        var reach = Reach(tip: 104)
        func isReached(_ text: String) -> Bool {
            guard let threshold = Threshold(text) else { return false }
            let thresholds = Thresholds(credit: threshold, final: threshold)
            return thresholds.credit.due(from: deposit).isReached(by: reach)
        }
        #expect(isReached("5") && !isReached("6") && !isReached("finalized"))
        reach.finality = [.finalized: 99, .safe: 101]
        #expect(!isReached("finalized") && isReached("safe") && isReached("safe+1") && !isReached("safe+2"))
        reach.finality[.finalized] = 132
        #expect(isReached("finalized+32") && !isReached("finalized+33"))
    }
}

@Suite("Withdrawals")
struct WithdrawalTests {
    @Test("What no transaction moved is credited once it is final")
    func withdrawal() {
        var scenario = Scenario.invoice(credit: 2, final: 4)
        scenario.step([scenario.arrival(1000, locator: .withdrawal(3))])
        #expect(scenario.mine(2).isEmpty)
        #expect(scenario.mine(1).kinds == [.depositCredited, .depositFinal, .invoiceStatusChanged])
    }
}

@Suite("Quorum")
struct QuorumTests {
    @Test("What is deep enough waits for enough nodes, from the sum on that the policy names")
    func held() {
        var scenario = Scenario.wallet(credit: 2, final: 2)
        scenario.policy = Policy(
            network: "litecoin", number: 1, thresholds: Thresholds(credit: 2, final: 2),
            quorum: Quorum(nodes: 2, from: ["LTC": Amount(BigUInt(1000))]), assets: [Scenario.litecoin])
        scenario.step([scenario.arrival(600, transaction: 1), scenario.arrival(500, transaction: 2)])
        #expect(scenario.mine(3).isEmpty)
        scenario.step([scenario.arrival(900, transaction: 3)])
        #expect(scenario.mine(5).isEmpty)
        let first = scenario.dossier.deposits[0].block?.height ?? 0
        scenario.agreed = first
        // Once the first two are final, the third alone is below the sum.
        #expect(
            scenario.mine(1).kinds == Array(repeating: [.depositCredited, .depositFinal], count: 3).flatMap(\.self))
        #expect(scenario.dossier.deposits.map(\.status) == [.final, .final, .final])
    }

    @Test("One node alone is not a quorum, and an asset without a sum needs one from nothing on")
    func needed() {
        let two = Quorum(nodes: 2, from: ["LTC": Amount(BigUInt(1000))])
        #expect(
            !two.isNeeded(for: "LTC", sum: Amount(BigUInt(999))) && two.isNeeded(for: "LTC", sum: Amount(BigUInt(1000)))
        )
        #expect(two.isNeeded(for: "BTC", sum: .zero))
        #expect(!Quorum(nodes: 1).isNeeded(for: "LTC", sum: Amount(BigUInt(1000))))
    }

    @Test("A quorum of no node, a threshold of no block, and one that is final before it is credited are a mistake")
    func mistakes() async {
        await #expect(processExitsWith: .failure) { _ = Quorum(nodes: 0) }
        await #expect(processExitsWith: .failure) { _ = Threshold(0) }
        await #expect(processExitsWith: .failure) { _ = Thresholds(credit: 2, final: 1) }
        await #expect(processExitsWith: .failure) { _ = BasisPoints(-1) }
    }
}
