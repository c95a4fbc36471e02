import Chain
import Testing

@testable import Sync

/// How far nodes say that the chain is settled, and what of it is committed.
@Suite struct FinalityTests {
    private let chain = ModelChain(length: 30)
    private let fork: ModelChain

    init() {
        fork = ModelChain(forking: chain, above: 20, branch: 1, length: 12)
    }

    private func following(nodes: Int = 1, finality: [FinalityTag: Int64] = [:]) -> Desk {
        var desk = Desk(nodes: nodes, depth: 10) { $0.watchesFinality = true }
        desk.send(.resumed(window: chain.window(30), finality: finality))
        desk.endStep(.nothingToDo)
        for node in 0..<nodes { desk.answerPoll(node, chain.tip) }
        settleObservations(&desk)
        return desk
    }

    private func settleObservations(_ desk: inout Desk) {
        while case .observe = desk.step { desk.endStep(.nothingToDo) }
    }

    private func heights(_ desk: Desk) -> [FinalityTag: Int64]? {
        guard case .finalize(let heights) = desk.step else { return nil }
        return heights
    }

    @Test("A node is asked once after each of its states, and only where a threshold needs it")
    func asks() {
        var desk = following()
        #expect(desk.finalityAsks == [0])
        desk.answerFinality(0, [:])
        #expect(desk.finalityAsks.isEmpty && desk.step == nil)
        desk.pass(.seconds(6))
        desk.answerPoll(chain.tip)
        #expect(desk.finalityAsks == [0])

        var other = Desk.resumed(at: 30, of: chain)
        other.answerPoll(chain.tip)
        #expect(other.finalityAsks.isEmpty)
    }

    @Test("What is on our chain is committed, once")
    func commits() {
        var desk = following()
        let said: [FinalityTag: BlockReference] = [.safe: chain.reference(28), .finalized: chain.reference(25)]
        desk.answerFinality(0, said)
        #expect(heights(desk) == [.safe: 28, .finalized: 25])
        desk.endStep(.failed(retryAfter: .seconds(1)))
        #expect(desk.step == nil)
        desk.pass(.seconds(2))
        #expect(heights(desk) == [.safe: 28, .finalized: 25])
        desk.commitStep()
        settleObservations(&desk)
        #expect(desk.step == nil)
        desk.pass(.seconds(6))
        desk.answerPoll(chain.tip)
        desk.answerFinality(0, said)
        settleObservations(&desk)
        #expect(desk.step == nil)
    }

    @Test("A block that is not ours, or not ours yet, settles nothing until it is")
    func onlyOurs() {
        var desk = following()
        var longer = chain
        longer.mine()
        desk.answerFinality(0, [.finalized: fork.reference(25)])
        #expect(desk.step == nil)
        desk.pass(.seconds(6))
        desk.answerPoll(chain.tip)
        settleObservations(&desk)
        desk.answerFinality(0, [.finalized: longer.tip.reference])
        #expect(desk.step == nil)
        desk.poll(longer)
        desk.commitStep()
        #expect(heights(desk) == [.finalized: 31])
    }

    @Test("Below the headers that are kept nothing can be on another chain")
    func belowTheWindow() {
        var desk = following()
        desk.answerFinality(0, [.finalized: chain.reference(3)])
        #expect(heights(desk) == [.finalized: 3])
    }

    @Test("Pitfall 29: finality that is taken back freezes its tag until the node is where it was")
    func takenBack() {
        var desk = following()
        desk.answerFinality(0, [.safe: chain.reference(28), .finalized: chain.reference(25)])
        desk.commitStep()
        settleObservations(&desk)
        func again(_ finality: [FinalityTag: BlockReference]) {
            desk.pass(.seconds(6))
            desk.answerPoll(chain.tip)
            settleObservations(&desk)
            desk.answerFinality(0, finality)
        }
        again([.safe: chain.reference(29), .finalized: chain.reference(24)])
        #expect(desk.frozen == [.finalized] && desk.machine.frozenTags == [.finalized])
        #expect(heights(desk) == [.safe: 29, .finalized: 25])
        desk.commitStep()
        settleObservations(&desk)
        again([.safe: chain.reference(29), .finalized: chain.reference(25)])
        #expect(desk.frozen.isEmpty)
        again([.safe: chain.reference(29), .finalized: chain.reference(26)])
        #expect(heights(desk) == [.safe: 29, .finalized: 26])
    }

    @Test("What was taken back is forgotten while no threshold asks for it")
    func unwatched() {
        var desk = following()
        desk.answerFinality(0, [.finalized: chain.reference(25)])
        desk.commitStep()
        settleObservations(&desk)
        desk.pass(.seconds(6))
        desk.answerPoll(chain.tip)
        desk.answerFinality(0, [.finalized: chain.reference(24)])
        #expect(desk.frozen == [.finalized])
        desk.machine.watchFinality(false)
        #expect(desk.machine.frozenTags.isEmpty)
    }

    @Test("A node that lags takes nothing back, and neither does a restart")
    func lagging() {
        var desk = following(nodes: 2, finality: [.finalized: 27])
        desk.answerFinality(0, [.finalized: chain.reference(26)])
        desk.answerFinality(1, [.finalized: chain.reference(22)])
        #expect(desk.frozen.isEmpty && desk.step == nil)
        desk.pass(.seconds(6))
        desk.answerPoll(0, chain.tip)
        desk.answerPoll(1, chain.tip)
        settleObservations(&desk)
        desk.answerFinality(1, [.finalized: chain.reference(28)])
        #expect(heights(desk) == [.finalized: 28])
    }

    @Test("A reorganization takes the tags down with the tip")
    func reorganization() {
        var desk = following(finality: [.finalized: 25])
        desk.answerFinality(0, [.finalized: chain.reference(25)])
        desk.poll(fork)
        #expect(desk.disconnectingTo == chain.reference(20))
        desk.commitStep()
        #expect(desk.machine.finality.committed == [.finalized: 20])
    }

    @Test("What a node that fails said last settles nothing further")
    func failing() {
        var desk = following()
        desk.send(.finality(node: 0, .failure(NodeError(.timedOut, "no answer"))))
        #expect(desk.step == nil && desk.frozen.isEmpty)
    }
}
