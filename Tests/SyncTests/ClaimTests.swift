import Chain
import Testing

@testable import Sync

/// What nodes claim to have above our cursor, and what they show of it.
@Suite struct ClaimTests {
    private let chain = ModelChain(length: 30)

    /// A tip that nobody has.
    private func claim(_ height: Int64) -> Header {
        Header(
            reference: BlockReference(height: height, hash: Hash256(7, 7, 7, UInt64(bitPattern: height))),
            parent: Hash256(7, 7, 7, 6), time: 0, work: 1)
    }

    /// At our tip, with an honest node and one that claims more.
    private func besideAClaim() -> Desk {
        var desk = Desk.resumed(at: 30, of: chain, nodes: 2)
        desk.answerPoll(0, chain.tip)
        desk.endStepIfObserving()
        desk.answerPoll(1, claim(1_030))
        return desk
    }

    @Test("A claim of which nothing is shown is not a head, and holds up no confirmation")
    func emptyClaim() {
        var desk = besideAClaim()
        #expect(desk.head == 30 && desk.progress == .following)
        #expect(desk.headersAsks == [.init(node: 1, after: chain.tip.reference, limit: 500)])
        desk.answerHeaders(.success([]))
        let before = desk.confirmations
        desk.pass(.seconds(5))
        desk.answerPoll(0, chain.tip)
        desk.endStepIfObserving()
        #expect(desk.confirmations == before + 1 && desk.progress == .following)
    }

    @Test("After two polls it is that node's failure, with what it claims")
    func failure() {
        var desk = besideAClaim()
        desk.answerHeaders(.success([]))
        #expect(desk.health[1] == .healthy, "its chain may have moved meanwhile")
        desk.pass(.seconds(5))
        desk.answerPoll(0, chain.tip)
        desk.endStepIfObserving()
        desk.answerPoll(1, claim(1_030))
        desk.answerHeaders(.success([]))
        guard case .failing(let reason) = desk.health[1] else {
            Issue.record("\(desk.health)")
            return
        }
        #expect(reason.contains("1030") && reason.contains("nothing that follows 30"))
        #expect(desk.health[0] == .healthy && desk.obstacle == nil)
        // The claim ends.
        desk.pass(.seconds(5))
        desk.answerPoll(0, chain.tip)
        desk.endStepIfObserving()
        desk.answerPoll(1, chain.tip)
        #expect(desk.health[1] == .healthy)
    }

    @Test("Claims in quick succession are one")
    func hints() {
        var desk = besideAClaim()
        desk.answerHeaders(.success([]))
        for height in 1_031...1_034 as ClosedRange<Int64> {
            desk.send(.tipHint(node: 1))
            guard !desk.polls.isEmpty else { continue }
            desk.answerPoll(1, claim(height))
            desk.answerHeaders(.success([]))
        }
        #expect(desk.health[1] == .healthy)
    }

    @Test("A node that shows a part of what it claims is believed, until it has no more")
    func partly() {
        var longer = chain
        for _ in 0..<4 { longer.mine() }
        var desk = besideAClaim()
        desk.answerHeaders(.success(longer.headers(after: chain.tip.reference, upTo: 32, limit: 500)))
        #expect(desk.head == 1_030 && desk.progress == .following)
        for height in 31...32 { desk.answerFetch(height, .success(longer.blocks[height])) }
        desk.endStepIfObserving()
        while desk.step != nil { desk.commitStep() }
        #expect(desk.machine.cursor == longer.reference(32))
        desk.answerHeaders(.success([]))
        desk.pass(.seconds(5))
        desk.answerPoll(0, longer.header(32))
        #expect(desk.head == 32 && desk.progress == .following)
    }

    @Test("A claim off our chain that leads nowhere is an empty one")
    func offOurChain() {
        var desk = besideAClaim()
        for _ in 0..<2 {
            while !desk.headersAsks.isEmpty {
                // It has our chain up to 28 and nothing after it.
                let after = desk.headersAsks[0].after
                desk.answerHeaders(.success(after.height > 28 ? nil : []))
            }
            desk.pass(.seconds(5))
            desk.answerPoll(0, chain.tip)
            desk.endStepIfObserving()
            desk.answerPoll(1, claim(1_030))
        }
        while !desk.headersAsks.isEmpty {
            desk.answerHeaders(.success(desk.headersAsks[0].after.height > 28 ? nil : []))
        }
        #expect(desk.health[1].map { if case .failing = $0 { true } else { false } } == true, "\(desk.health)")
        #expect(desk.progress == .following && desk.halt == nil)
    }

    @Test("What a node shows of another chain denies our tip, whatever tip it claims beyond")
    func denialBesideAClaim() {
        // Ours are worth 30 and more, and the chain that the node shows is shorter: only its word undoes our tip.
        let other = ModelChain(forking: chain, above: 26, branch: 4, length: 2)
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        for _ in 0..<3 where desk.disconnects.isEmpty {
            desk.pass(.seconds(5))
            desk.answerPoll(claim(1_030))
            while let ask = desk.headersAsks.first {
                desk.answerHeaders(.success(other.headers(after: ask.after, upTo: 28, limit: ask.limit)))
            }
            desk.endStepIfObserving()
        }
        #expect(desk.disconnects == [chain.reference(26)])
    }

    @Test("A node alone that claims what it does not show: the network says so")
    func alone() {
        var desk = Desk.resumed(at: 30, of: chain)
        for _ in 0..<3 {
            desk.answerPoll(claim(1_030))
            if !desk.headersAsks.isEmpty { desk.answerHeaders(.success([])) }
            desk.pass(.seconds(5))
        }
        #expect(desk.progress == .stalled(.noNode))
        #expect(desk.obstacle?.node == 0 && desk.obstacle?.message.contains("1030") == true)
        #expect(desk.step == nil, "nothing is confirmed")
    }

    @Test("A height that no block has is a failed poll", arguments: [Int64.min, -1, 1 << 40 + 1, .max])
    func impossible(height: Int64) {
        var desk = Desk.resumed(at: 30, of: chain, nodes: 2)
        desk.answerPoll(0, claim(height))
        desk.answerPoll(1, chain.tip)
        #expect(desk.head == 30 && desk.observing?.confirmsTip == true)
        #expect(desk.machine.figures(of: 0, at: desk.now)?.lag == nil)
        #expect(desk.machine.figures(of: 0, at: desk.now)?.lastError?.code == .malformed)
    }

    // MARK: As much as is missing

    @Test("Headers are asked for as many as are missing", arguments: [(28, 2), (25, 5), (0, 30)])
    func need(cursor: Int, missing: Int) {
        var desk = Desk.resumed(at: cursor, of: chain)
        desk.answerPoll(chain.tip)
        #expect(desk.headersAsks.map(\.limit) == [missing])
    }

    @Test("A branch is asked for up to its tip, and no further")
    func needOfAFork() {
        let fork = ModelChain(forking: chain, above: 27, branch: 1, length: 5)
        var desk = Desk.resumed(at: 30, of: chain)
        desk.follow(fork, polls: 3)
        #expect(desk.machine.cursor == fork.tip.reference)
        #expect(
            desk.headersAsked.allSatisfy { $0.limit <= Int(fork.tip.height - $0.after.height) }, "\(desk.headersAsked)")
    }
}
