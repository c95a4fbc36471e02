import Chain
import TestSupport
import Testing

@testable import Sync

/// Which of several nodes is followed, and when it is left for another.
@Suite struct NodeChoiceTests {
    typealias Entrant = NodeRace.Entrant

    private static let refused = NodeError(.unreachable, "connection refused")
    private static let lie = NodeError(.malformed, "its block is not its hash")

    // MARK: What speaks against a node

    @Test("Errors fade by half every two minutes, and steadily")
    func fading() {
        var errors = FadingCount()
        #expect(errors.value(at: Instant(.seconds(5))) == 0)
        for _ in 0..<4 { errors.add(at: Instant(.seconds(10))) }
        #expect(errors.value(at: Instant(.seconds(10))) == 4)
        #expect(errors.value(at: Instant(.seconds(130))) == 2)
        #expect(errors.value(at: Instant(.seconds(190))) == 1.5)
        #expect(errors.value(at: Instant(.seconds(250))) == 1)
        #expect(errors.value(at: Instant(.seconds(100_000))) == 0)
        #expect(errors.value(at: Instant(.seconds(1 << 50))) == 0)
        for second in 0..<2_000 {
            let (now, next) = (Instant(.seconds(10 + second)), Instant(.seconds(11 + second)))
            #expect(errors.value(at: next) <= errors.value(at: now))
        }
        for _ in 0..<1_000 { errors.add(at: Instant(.seconds(10))) }
        #expect(errors.value(at: Instant(.seconds(10))) == 64, "a long outage is over after some minutes, too")
    }

    @Test("A pace is that of the last answers, and says nothing before there are a few and when they are old")
    func pace() {
        var pace = AveragePace()
        for second in 0..<3 {
            pace.add(.seconds(1), at: Instant(.seconds(second)))
            #expect(pace.average == nil)
        }
        pace.add(.seconds(1), at: Instant(.seconds(3)))
        #expect(pace.average == .seconds(1))
        for second in 4..<60 { pace.add(.seconds(3), at: Instant(.seconds(second))) }
        #expect(pace.average! > .milliseconds(2_950))
        pace.forget(at: Instant(.seconds(659)))
        #expect(pace.average != nil)
        pace.forget(at: Instant(.seconds(660)))
        #expect(pace.average == nil)
    }

    @Test("The head of some seconds ago is remembered, within bounds")
    func trail() {
        var trail = HeadTrail()
        #expect(trail.height(at: Instant(.seconds(9))) == nil)
        for second in 0..<100 { trail.note(Int64(second), at: Instant(.seconds(second))) }
        #expect(trail.height(at: Instant(.seconds(89))) == 89)
        #expect(trail.height(at: Instant(.milliseconds(93_500))) == 93)
        #expect(trail.height(at: Instant(.seconds(10))) == nil)
        for block in 0..<10_000 { trail.note(Int64(block), at: Instant(.seconds(100) + .milliseconds(block))) }
        #expect(trail.height(at: Instant(.seconds(100))) == nil)
    }

    @Test("A demerit that weighs more outweighs all that weigh less")
    func order() {
        let all = (UInt8(0)..<16).map { Demerits(rawValue: $0) }
        #expect(all.sorted() == all)
        let (erring, late) = (Demerits.erring, Demerits.late)
        #expect(.failing > erring.union([.late, .slow]) && erring > late.union(.slow) && late > .slow)
    }

    /// By any history whatever: no node is chosen while one with less against it, or one that is equal and comes first,
    /// has as much to give; and none that is failing while another is not.
    @Test("Whatever happened, the best node is chosen", arguments: UInt64(1)...40)
    func anyHistory(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let chain = ModelChain(length: 60)
        let cursor = chain.reference(30)
        let codes: [NodeError.Code] = [.unreachable, .timedOut, .rateLimited, .refused, .malformed, .warmingUp]
        var nodes = NodeSet(
            count: 4,
            pacing: NodeSet.Pacing(
                pollInterval: .seconds(2), backoff: Backoff(first: .milliseconds(500), maximum: .seconds(30)),
                retryAfterMaximum: .seconds(600)))
        var now = Instant(.zero)
        for _ in 0..<400 {
            now = now + .milliseconds(Int(generator.next() % 4_000))
            let node = Int(generator.next() % 4)
            switch generator.next() % 6 {
            case 0, 1, 2:
                let tip = chain.header(28 + Int(generator.next() % 30))
                let sent = now - .milliseconds(Int(generator.next() % 3_000))
                try nodes.answered(
                    node, NodeState(tip: tip, lack: generator.next() % 8 > 0 ? nil : "it downloads"), beside: cursor,
                    sent: sent,
                    at: now)
            case 3: nodes.gaveBlock(node, in: .milliseconds(Int(generator.next() % 9_000)), at: now)
            case 4: nodes.served(node, chain.reference(31 + Int(generator.next() % 4)))
            default:
                let code = codes[Int(generator.next() % UInt64(codes.count))]
                let question: NodeRecord.Question = generator.next() % 2 == 0 ? .state : .work
                _ = nodes.failed(node, NodeError(code, "scripted"), asked: question, at: now)
            }
            let pinned = nodes.pinned
            let isKeeping = generator.next() % 2 == 0
            let chosen = nodes.pin(after: cursor, keeping: isKeeping, at: now)
            let sound = nodes.nodes.filter { $0.conduct.demerits < .erring && $0.isOpen(at: now) && $0.tip != nil }
            let able = (0..<4).filter {
                let record = nodes.nodes[$0]
                // One that failed of late lets those that did not speak first.
                let isEarly = record.conduct.demerits >= .erring && sound.contains { $0.stateAsked < record.stateAsked }
                return record.isOpen(at: now) && !isEarly && (record.tip.map { $0.height > cursor.height } ?? false)
            }
            guard let chosen else {
                #expect(able.isEmpty)
                continue
            }
            #expect(nodes.pinned == chosen && nodes.nodes[chosen].isOpen(at: now))
            if isKeeping, chosen == pinned { continue }
            #expect(able.contains(chosen))
            for other in able where other != chosen {
                let (best, second) = (nodes.nodes[chosen].conduct.demerits, nodes.nodes[other].conduct.demerits)
                #expect(best < second || best == second && chosen < other)
                #expect(!nodes.nodes[chosen].isFailing || nodes.nodes[other].isFailing)
            }
        }
    }

    // MARK: The operator's wish

    @Test("Of equals the first in the configuration is followed, however answers waver", arguments: UInt64(1)...20)
    func noFlapping(seed: UInt64) {
        var race = NodeRace([Entrant(), Entrant()], behind: 600, blocks: 0, jitter: 90, seed: seed)
        race.runToTheEnd()
        // The first whose answer came begins.
        #expect(race.isWhole && race.changes <= 1 && race.served.suffix(400).allSatisfy { $0.node == 0 })
    }

    /// At the tip whoever has the next block first serves it, and that is all that it leads to.
    @Test("A block of skew on a fast chain speaks against nobody", arguments: [0, 1], UInt64(1)...5)
    func skew(ahead: Int, seed: UInt64) {
        var entrants = [Entrant(hearing: .milliseconds(600)), Entrant(hearing: .milliseconds(600))]
        entrants[ahead].hearing = .zero
        var race = NodeRace(entrants, interval: .milliseconds(450), blocks: 1_333, jitter: 50, seed: seed) {
            $0.pollInterval = .milliseconds(500)
        }
        for _ in 0..<60 {
            race.run(.seconds(10))
            let figures = (0...1).compactMap { race.machine.figures(of: $0, at: race.now) }
            #expect(figures.allSatisfy { $0.demerits == [] && $0.lag ?? 9 <= 3 })
        }
        race.runToTheEnd()
        #expect(race.isWhole)
    }

    // MARK: Pace

    @Test("A slow node is left for a fast one in the midst of a run, and none of its blocks is left out")
    func slowBlocks() {
        var race = NodeRace([Entrant(block: .seconds(100)), Entrant()], behind: 3_000, blocks: 0)
        race.runToTheEnd()
        #expect(race.isWhole && race.changes == 1)
        #expect(race.served.first?.node == 0 && race.served.last?.node == 1)
        #expect(race.served.count { $0.node == 0 } < 50)
        #expect(race.machine.figures(of: 0, at: race.now)?.demerits == .slow)
    }

    @Test("A node that is slow to say where it is is left, too")
    func slowStates() {
        var race = NodeRace(
            [Entrant(state: .seconds(4), block: .seconds(1)), Entrant(block: .seconds(1))], behind: 2_000, blocks: 0
        ) {
            $0.fetchesInFlightMaximum = 1
        }
        race.runToTheEnd()
        #expect(race.isWhole && race.served.suffix(1_900).allSatisfy { $0.node == 1 })
        #expect(race.machine.figures(of: 0, at: race.now)?.demerits == .slow)
        #expect(race.machine.figures(of: 0, at: race.now)!.answerTime! > .milliseconds(3_900))
        #expect(race.machine.figures(of: 1, at: race.now)!.answerTime! < .milliseconds(30))
    }

    @Test("Twice nothing is nothing: a node that answers in no time is not slow for being slower")
    func bothFast() {
        var race = NodeRace(
            [Entrant(state: .milliseconds(200), block: .milliseconds(300)), Entrant(state: .milliseconds(1))],
            behind: 2_000, blocks: 0)
        race.runToTheEnd()
        #expect(race.isWhole && race.changes <= 1 && race.served.suffix(1_800).allSatisfy { $0.node == 0 })
    }

    @Test("Two equally slow nodes are not changed for each other again and again", arguments: UInt64(1)...10)
    func bothSlow(seed: UInt64) {
        let slow = Entrant(block: .seconds(10))
        var race = NodeRace([slow, slow], behind: 1_000, blocks: 0, jitter: 40, seed: seed) {
            $0.fetchesInFlightMaximum = 1
        }
        race.runToTheEnd()
        // The other one is tried, once in ten minutes: what is known of a pace grows old.
        #expect(race.isWhole && race.changes <= 2 * 17, "\(race.changes) changes")
        #expect(race.served.count { $0.node == 0 } > 700)
    }

    /// What is known of its blocks grows old, and it is tried again.
    @Test("A node that was slow is followed again once it is fast")
    func regainedPace() {
        var race = NodeRace(
            [Entrant(block: .seconds(10)), Entrant(block: .seconds(1))], behind: 2_000, blocks: 0
        ) { $0.fetchesInFlightMaximum = 1 }
        race.run(.seconds(300))
        #expect(race.served.last?.node == 1)
        race.entrants[0].block = .seconds(1)
        race.runToTheEnd()
        #expect(race.isWhole && race.served.last?.node == 0)
        #expect((2...3).contains(race.changes), "\(race.changes) changes")
    }

    // MARK: Errors

    @Test("Fail-over keeps the place: the next block comes from the other node, none twice and none left out")
    func failOver() {
        var race = NodeRace([Entrant(), Entrant()], behind: 1_000, blocks: 100)
        race.entrants[0].error = { $0 > Instant(.milliseconds(200)) ? Self.refused : nil }
        race.runToTheEnd()
        #expect(race.isWhole && race.changes == 1)
        #expect(race.served.first?.node == 0 && race.served.last?.node == 1)
        #expect(race.healths[0] == .failing(Self.refused.description))
    }

    @Test("A node that fails now and then is left for one that does not, and followed again after some good minutes")
    func errorRate() {
        var race = NodeRace([Entrant(block: .seconds(1)), Entrant(block: .seconds(1))], behind: 3_000, blocks: 0) {
            $0.fetchesInFlightMaximum = 1
        }
        // Every twentieth second, never twice in a row.
        race.entrants[0].error = {
            let second = Int($0.sinceStart / .seconds(1))
            return second < 1_200 && second % 20 < 2 ? Self.refused : nil
        }
        race.run(.seconds(1_200))
        #expect(race.served.count { $0.node == 0 } <= 30)
        #expect(race.machine.figures(of: 0, at: race.now)?.demerits == .erring)
        race.runToTheEnd()
        #expect(race.isWhole && race.served.last?.node == 0 && race.changes <= 3, "\(race.changes) changes")
        #expect(race.served.count { $0.node == 0 } > 900)
        #expect(race.machine.figures(of: 0, at: race.now)?.demerits == [])
    }

    @Test("Throttling sends the work to another node, though it is not a sign of ill health")
    func throttling() {
        var race = NodeRace([Entrant(), Entrant()], behind: 1_000, blocks: 0)
        race.entrants[0].blockError = { _ in NodeError(.rateLimited, "429", retryAfter: .seconds(1)) }
        race.runToTheEnd()
        #expect(race.isWhole && race.served.allSatisfy { $0.node == 1 })
        #expect(race.healths[0].isUp)
    }

    @Test(
        "One that gives no good block is failing, tried now and then, and followed when it is honest",
        arguments: [0, 1])
    func liar(place: Int) {
        var race = NodeRace([Entrant(), Entrant()], interval: .seconds(6), blocks: 1_500)
        race.entrants[place].blockError = { $0 < Instant(.seconds(6_000)) ? Self.lie : nil }
        race.run(.seconds(60))
        race.entrants[1 - place].hearing = .seconds(1)
        race.run(.seconds(5_940))
        #expect(race.served.allSatisfy { $0.node != place } && race.served.count >= 998)
        #expect(race.healths[place] == .failing(Self.lie.description), "and is not called healthy in between")
        #expect((10...40).contains(race.asked[place]), "\(race.asked[place]) times")
        race.run(.seconds(1_000))
        #expect(race.healths[place] == .healthy)
        race.runToTheEnd()
        #expect(race.isWhole && race.served.suffix(300).contains { $0.node == place })
    }

    @Test("Where every node fails now and then nobody is left for it")
    func allErring() {
        var race = NodeRace([Entrant(), Entrant()], interval: .seconds(6), blocks: 300)
        for node in 0...1 {
            race.entrants[node].error = { Int($0.sinceStart / .seconds(1)) % 60 < 5 ? Self.refused : nil }
        }
        race.runToTheEnd()
        #expect(race.isWhole && race.served.count { $0.node == 0 } > 250)
    }

    // MARK: Lag

    @Test("A node that is clearly late is not followed where another one has more")
    func late() {
        var race = NodeRace(
            [Entrant(hearing: .seconds(30)), Entrant()], behind: 100, interval: .seconds(1), blocks: 300)
        race.run(.seconds(120))
        #expect(race.machine.figures(of: 0, at: race.now)?.demerits == .late)
        #expect((28...37).contains(race.machine.figures(of: 0, at: race.now)?.lag ?? 0))
        #expect(race.machine.figures(of: 1, at: race.now)?.lag == 0)
        race.entrants[0].hearing = .zero
        race.run(.seconds(30))
        #expect(race.machine.figures(of: 0, at: race.now)?.demerits == [])
        race.runToTheEnd()
        #expect(race.isWhole && race.served.suffix(50).contains { $0.node == 0 })
    }
}
