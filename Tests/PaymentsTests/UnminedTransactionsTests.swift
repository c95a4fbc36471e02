import Chain
import Foundation
import TestSupport
import Testing

@testable import Payments

@Suite("The unmined transactions by what they spend")
struct UnminedTransactionsTests {
    private func outpoint(_ number: UInt64, _ index: UInt32 = 0) -> Outpoint {
        Outpoint(transaction: Hash256(5, 0, 0, number), index: index)
    }

    private func transaction(_ number: UInt64, spending outpoints: [Outpoint], deposits: Int = 1) -> UnminedTransaction
    {
        UnminedTransaction(
            id: Scenario.id(number), deposits: (0..<deposits).map { _ in UUID() }, keys: [Scenario.key(0)],
            spends: outpoints)
    }

    private func spend(_ outpoint: Outpoint, by number: UInt64) -> Spend {
        Spend(outpoint, by: Scenario.id(number))
    }

    @Test("Rivals are the others that spend any of the same")
    func rivals() {
        let unmined = UnminedTransactions([
            transaction(1, spending: [outpoint(1), outpoint(2)]), transaction(2, spending: [outpoint(2)]),
            transaction(3, spending: [outpoint(3)]), transaction(4, spending: [outpoint(1, 1)]),
        ])
        #expect(unmined.rivals(of: Scenario.id(9), spending: [outpoint(2)]) == [Scenario.id(1), Scenario.id(2)])
        #expect(
            unmined.rivals(of: Scenario.id(9), spending: [outpoint(1), outpoint(3)]) == [
                Scenario.id(1), Scenario.id(3),
            ])
        #expect(unmined.rivals(of: Scenario.id(1), spending: [outpoint(1), outpoint(2)]) == [Scenario.id(2)])
        #expect(unmined.rivals(of: Scenario.id(9), spending: [outpoint(7)]).isEmpty)
        #expect(unmined.rivals(of: Scenario.id(9), spending: []).isEmpty)
        #expect(UnminedTransactions().rivals(of: Scenario.id(9), spending: [outpoint(1)]).isEmpty)
    }

    @Test("A block excludes what spends the same, and not what it holds itself")
    func excluded() {
        let unmined = UnminedTransactions([
            transaction(1, spending: [outpoint(1)]), transaction(2, spending: [outpoint(1)]),
            transaction(3, spending: [outpoint(1), outpoint(2)]),
        ])
        #expect(
            unmined.excluded(by: [spend(outpoint(1), by: 9)]) == [Scenario.id(1), Scenario.id(2), Scenario.id(3)])
        #expect(unmined.excluded(by: [spend(outpoint(1), by: 1)]) == [Scenario.id(2), Scenario.id(3)])
        #expect(
            unmined.excluded(by: [spend(outpoint(1), by: 3), spend(outpoint(2), by: 3)])
                == [Scenario.id(1), Scenario.id(2)])
        #expect(unmined.excluded(by: [spend(outpoint(2), by: 9)]) == [Scenario.id(3)])
        #expect(unmined.excluded(by: [spend(outpoint(1, 1), by: 9)]).isEmpty)
        #expect(UnminedTransactions().excluded(by: [spend(outpoint(1), by: 9)]).isEmpty)
    }

    @Test("What is removed excludes and is excluded no more; its rivals stay")
    func removed() {
        var unmined = UnminedTransactions([
            transaction(1, spending: [outpoint(1)]), transaction(2, spending: [outpoint(1)]),
        ])
        unmined.remove(Scenario.id(1))
        unmined.remove(Scenario.id(1))
        unmined.remove(Scenario.id(7))
        #expect(unmined.ids == [Scenario.id(2)] && unmined[Scenario.id(1)] == nil && !unmined.isEmpty)
        #expect(unmined.excluded(by: [spend(outpoint(1), by: 9)]) == [Scenario.id(2)])
        unmined.remove(Scenario.id(2))
        #expect(unmined.isEmpty && unmined.excluded(by: [spend(outpoint(1), by: 9)]).isEmpty)
    }

    @Test("Inserted again it is what it is now")
    func insertedAgain() {
        var unmined = UnminedTransactions([transaction(1, spending: [outpoint(1), outpoint(1)])])
        let richer = transaction(1, spending: [outpoint(2)], deposits: 2)
        unmined.insert(richer)
        #expect(unmined[Scenario.id(1)] == richer && unmined.ids.count == 1)
        #expect(unmined.excluded(by: [spend(outpoint(1), by: 9)]).isEmpty)
        #expect(unmined.excluded(by: [spend(outpoint(2), by: 9)]) == [Scenario.id(1)])
    }

    @Test("Any order of inserts and removals leaves what one would expect", arguments: UInt64(1)...20)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var unmined = UnminedTransactions()
        var model: [UInt64: [Outpoint]] = [:]
        for _ in 0..<200 {
            let number = UInt64.random(in: 1...8, using: &random)
            if Bool.random(using: &random) {
                let outpoints = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    outpoint(UInt64.random(in: 1...4, using: &random))
                }
                model[number] = outpoints
                unmined.insert(transaction(number, spending: outpoints))
            } else {
                model[number] = nil
                unmined.remove(Scenario.id(number))
            }
            let spender = UInt64.random(in: 1...9, using: &random)
            let spent = outpoint(UInt64.random(in: 1...4, using: &random))
            let expected = Set(model.filter { $0.key != spender && $0.value.contains(spent) }.keys.map(Scenario.id))
            #expect(unmined.excluded(by: [spend(spent, by: spender)]) == expected, "seed \(seed)")
            #expect(unmined.rivals(of: Scenario.id(spender), spending: [spent]) == expected, "seed \(seed)")
            #expect(unmined.ids == Set(model.keys.map(Scenario.id)), "seed \(seed)")
        }
    }
}
