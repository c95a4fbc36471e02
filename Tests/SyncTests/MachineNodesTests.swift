import Chain
import Testing

@testable import Sync

/// Which nodes a network's machine follows, asks and gives up on.
@Suite struct MachineNodesTests {
    private let chain = ModelChain(length: 30)

    private static func error(_ code: NodeError.Code, retryAfter: Duration? = nil) -> NodeError {
        NodeError(code, "scripted", retryAfter: retryAfter)
    }

    @Test func aLaggingNodeIsNotFollowed() {
        var desk = Desk.resumed(at: 25, of: chain)
        desk.answerPoll(chain.header(20))
        #expect(desk.headersAsks.isEmpty && desk.step == nil)
        #expect(desk.health[0] == .lagging && desk.progress == .stalled(.lagging))
        desk.pass(.seconds(5))
        desk.answerPoll(chain.tip)
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test func aScanAsksANodeThatHasReachedTheCursorAndMayBeAsked() {
        var desk = Desk.resumed(at: 25, of: chain, nodes: 3)
        #expect(desk.machine.nodeForScan(at: desk.now) == nil)
        desk.answerPoll(0, chain.header(20))
        desk.answerPoll(1, .failure(Self.error(.rateLimited, retryAfter: .seconds(60))))
        #expect(desk.machine.nodeForScan(at: desk.now) == nil)
        desk.answerPoll(2, chain.header(25))
        #expect(desk.machine.nodeForScan(at: desk.now) == 2)
    }

    @Test func whatNodesSaidBeforeAResumeConfirmsNothingAfterIt() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        desk.now = desk.now + .seconds(3_600)
        desk.send(.resumed(window: chain.window(Int(chain.tip.height))))
        desk.endStep(.nothingToDo)
        #expect(desk.step == nil && desk.progress == .starting)
        desk.answerPoll(chain.tip)
        #expect(desk.observing?.asked == desk.now)
    }

    @Test func oneNodeServesAWholeRunAndAnotherTakesOverWhenItFails() {
        var desk = Desk.resumed(at: 0, of: chain, nodes: 2) { $0.fetchesInFlightMaximum = 4 }
        desk.answerPoll(0, chain.tip)
        desk.answerPoll(1, chain.tip)
        desk.answerHeaders(.success((1...30).map(chain.header)))
        desk.endStepIfObserving()
        #expect(desk.fetches.allSatisfy { $0.node == 0 })
        desk.answerFetch(2, .failure(Self.error(.unreachable)))
        #expect(desk.headersAsks == [Desk.HeadersAsk(node: 1, after: chain.reference(0), limit: 30)])
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test func aForkAtOurOwnHeightStallsToo() {
        let fork = ModelChain(forking: chain, above: 29, branch: 1, length: 1)
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(fork.tip)
        desk.answerHeaders(.success(nil))
        #expect(desk.progress == .stalled(.forked) && desk.step == nil)
    }

    @Test func aBranchThatTheNodeLeavesBeforeItIsConnectedIsDropped() {
        let fork = ModelChain(forking: chain, above: 24, branch: 1, length: 20)
        var desk = Desk.resumed(at: 20, of: chain) { $0.headersMaximum = 8 }
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success((21...27).map(chain.header)))
        desk.endStepIfObserving()
        desk.answerHeaders(.success(nil))
        // What the old branch asked for comes too late.
        for height in 21...27 { desk.answerFetch(height, .success(chain.blocks[height])) }
        #expect(desk.step == nil && desk.health[0] == .healthy)
        desk.pass(.seconds(5))
        desk.answerPoll(fork.tip)
        desk.settle(fork)
        #expect(desk.machine.cursor == fork.tip.reference)
    }

    @Test func everyNodeOnAWrongChainIsToldAndRecovered() {
        var desk = Desk.resumed(at: 30, of: chain, nodes: 2)
        desk.answerPoll(0, .failure(Self.error(.wrongChain)))
        #expect(desk.progress == .starting)
        desk.answerPoll(1, .failure(Self.error(.wrongChain)))
        #expect(desk.progress == .stalled(.wrongChain) && desk.health == [0: .wrongChain, 1: .wrongChain])
        desk.pass(.seconds(5))
        desk.answerPoll(1, chain.tip)
        #expect(desk.progress == .following && desk.health[1] == .healthy)
    }

    @Test func aDeadNodeIsAskedLessAndLessButAlways() {
        var desk = Desk.resumed(at: 30, of: chain)
        var asks: [Duration] = []
        while desk.now < Instant(.seconds(600)) {
            if !desk.polls.isEmpty {
                asks.append(desk.now.sinceStart)
                desk.answerPoll(0, .failure(Self.error(.unreachable)))
            }
            desk.pass(.milliseconds(250))
        }
        #expect(desk.progress == .stalled(.noNode))
        #expect((15...35).contains(asks.count))
        let gaps = zip(asks.dropFirst(), asks).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 <= .seconds(31) } && gaps.suffix(5).allSatisfy { $0 >= .seconds(30) })
        desk.pass(.seconds(31))
        desk.answerPoll(chain.tip)
        #expect(desk.progress == .following)
    }

    @Test func aNodeThatClaimsMoreAndDiesHoldsUpNoConfirmation() {
        let unreachable = Self.error(.unreachable)
        var longer = chain
        for _ in 0..<3 { longer.mine() }
        var desk = Desk.resumed(at: 30, of: chain, nodes: 2)
        desk.answerPoll(0, chain.tip)
        desk.endStepIfObserving()
        desk.answerPoll(1, longer.tip)
        for _ in 0..<30 {
            // What it is asked for beside its state fails first.
            while !desk.headersAsks.isEmpty { desk.answerHeaders(.failure(unreachable)) }
            for node in desk.polls {
                desk.answerPoll(
                    node, node == 0 ? .success(NodeState(tip: chain.tip)) : .failure(unreachable))
            }
            desk.endStepIfObserving()
            desk.pass(.seconds(5))
        }
        #expect(desk.progress == .following)
    }

    @Test func anAbsurdTipIsAFault() {
        for height in [Int64.min, -1, .max] {
            var desk = Desk.resumed(at: 30, of: chain)
            let tip = Header(
                reference: BlockReference(height: height, hash: Hash256(9, 9, 9, 9)), parent: Hash256(9, 9, 9, 8),
                time: 0, work: 1)
            desk.answerPoll(tip)
            #expect(desk.headersAsks.isEmpty && desk.step == nil)
        }
    }
}
