import Chain
import Testing

@testable import Sync

/// Whether a node's branch replaces ours.
@Suite struct ForkTests {
    /// Ours.
    private let chain = ModelChain(length: 60)
    private static let depth = 40

    /// A machine at the end of our chain.
    private func desk(nodes: Int = 1, headersMaximum: Int = 500) -> Desk {
        Desk.resumed(at: 60, of: chain, nodes: nodes, depth: Self.depth) { $0.headersMaximum = headersMaximum }
    }

    /// Another chain that shares ours up to `height`.
    private func fork(above height: Int, length: Int, work: UInt128 = 1, branch: UInt64 = 1) -> ModelChain {
        ModelChain(forking: chain, above: height, branch: branch, length: length, work: work)
    }

    // MARK: More work

    @Test(arguments: [1, 2, 10, 39, 40]) func aBranchWithMoreWorkReplacesOurs(depth: Int) {
        let fork = fork(above: 60 - depth, length: depth + 1)
        var desk = desk()
        desk.poll(fork)
        #expect(desk.disconnectingTo == chain.reference(60 - depth))
        #expect(desk.fetches.isEmpty, "nothing is read before our blocks are gone")
        let logarithm = Int.bitWidth - depth.leadingZeroBitCount
        #expect(desk.headersAsked.count <= 2 + logarithm)
        desk.commitStep()
        #expect(desk.machine.cursor == chain.reference(60 - depth))
        desk.settle(fork)
        #expect(desk.machine.cursor == fork.tip.reference && desk.progress == .following)
        #expect(desk.disconnects.count == 1 && desk.halt == nil && desk.health[0] == .healthy)
    }

    @Test func aBranchIsWeighedInBoundedAnswers() {
        let fork = fork(above: 40, length: 25)
        var desk = desk(headersMaximum: 3)
        desk.follow(fork, polls: 10)
        #expect(desk.machine.cursor == fork.tip.reference && desk.disconnects == [chain.reference(40)])
        #expect(desk.headersAsked.allSatisfy { $0.limit == 3 } && desk.headersAsked.count < 30)
    }

    @Test func aBranchIsFollowedOnceItOutweighsOurs() {
        // The first answer is enough to know: what comes after it is asked for once ours is gone.
        let fork = fork(above: 59, length: 40)
        var desk = desk(headersMaximum: 3)
        desk.poll(fork)
        #expect(desk.disconnectingTo == chain.reference(59))
        #expect(desk.headersAsked.count == 2)
        desk.settle(fork)
        #expect(desk.machine.cursor == fork.tip.reference)
    }

    @Test func oneReorganizationAfterAnotherGoesBackFurtherEachTime() {
        var desk = desk()
        var forks: [ModelChain] = []
        for round in 1...10 {
            forks.append(fork(above: 60 - round, length: 2 * round, branch: UInt64(round)))
            desk.follow(forks[round - 1], polls: 2)
            #expect(desk.machine.cursor == forks[round - 1].tip.reference)
        }
        #expect(desk.disconnects == (1...10).map { chain.reference(60 - $0) })
    }

    @Test func thereAndBackAgain() {
        var longer = chain
        let fork = fork(above: 57, length: 4)
        var desk = desk()
        desk.follow(fork)
        for _ in 0..<2 { longer.mine() }
        desk.follow(longer)
        #expect(desk.machine.cursor == longer.tip.reference)
        #expect(desk.disconnects == [chain.reference(57), chain.reference(57)])
    }

    @Test func moreWorkWinsThoughItsTipIsNotAboveOurs() {
        for (length, work) in [(10, UInt128(2)), (5, 3), (1, 11)] {
            let fork = fork(above: 50, length: length, work: work)
            var desk = desk(nodes: 2)
            desk.follow(chain, fork, polls: 2)
            #expect(desk.machine.cursor == fork.tip.reference)
            #expect(desk.disconnects == [chain.reference(50)])
        }
    }

    @Test func equalWorkWaits() {
        for (length, work) in [(10, UInt128(1)), (5, 2), (2, 5)] {
            var desk = desk(nodes: 2)
            desk.follow(chain, fork(above: 50, length: length, work: work), polls: 10)
            #expect(desk.disconnects.isEmpty && desk.progress == .following)
        }
    }

    @Test func lessWorkWaitsThoughItIsHigher() {
        let ours = ModelChain(forking: chain, above: 50, branch: 4, length: 10, work: 100)
        var desk = Desk.resumed(at: 60, of: ours, nodes: 2, depth: Self.depth)
        let fork = fork(above: 50, length: 40)
        desk.follow(ours, fork, polls: 10)
        #expect(desk.disconnects.isEmpty && desk.progress == .following && desk.confirmations == 10)
        #expect(desk.health[1] == .forked)
    }

    // MARK: Deeper than the window

    @Test func aBranchThatLeavesOursTooDeepHalts() throws {
        var desk = desk()
        desk.poll(fork(above: 19, length: 60))
        let reason = try #require(desk.halt)
        #expect(reason.contains("--resync") && reason.contains("max_reorg_depth"))
        #expect(desk.disconnects.isEmpty && desk.step == nil && desk.machine.cursor == chain.tip.reference)
        #expect(desk.headersAsked.count < 10)
    }

    @Test func aBranchTooDeepThatIsNotHigherHaltsOnlyWhenItIsSaidTwice() {
        let fork = fork(above: 19, length: 41)
        var desk = desk()
        desk.poll(fork)
        #expect(desk.halt == nil)
        desk.poll(fork)
        #expect(desk.halt != nil && desk.disconnects.isEmpty)
    }

    @Test func aBranchTooDeepIsIgnoredWhileAnotherNodeHasOurTip() {
        var longer = chain
        var fork = fork(above: 19, length: 60)
        var desk = desk(nodes: 2)
        for _ in 0..<20 {
            desk.follow(longer, fork)
            #expect(desk.machine.cursor == longer.tip.reference && desk.health[1] == .forked)
            longer.mine()
            fork.mine()
        }
        #expect(desk.halt == nil && desk.disconnects.isEmpty && desk.confirmations > 0)
    }

    /// A node that has not been heard may have our tip.
    @Test func aBranchTooDeepHaltsOnlyOnceEveryOtherNodeWasHeardOrFails() {
        let fork = fork(above: 19, length: 60)
        var desk = desk(nodes: 2)
        desk.answerPoll(1, fork.tip)
        desk.serve([nil, fork])
        #expect(desk.halt == nil)
        desk.answerPoll(0, chain.tip)
        desk.follow(chain, fork, polls: 5)
        #expect(desk.halt == nil && desk.progress == .following)

        desk = self.desk(nodes: 2)
        desk.follow(nil, fork, polls: 20)
        #expect(desk.halt != nil)
    }

    /// So may one that is ahead of us and has not been asked for what follows our tip.
    @Test func aBranchTooDeepDoesNotHaltACatchUp() {
        var longer = chain
        for _ in 0..<5 { longer.mine() }
        let fork = fork(above: 19, length: 60)
        var desk = desk(nodes: 2)
        desk.answerPoll(0, longer.tip)
        #expect(desk.headersAsks.map(\.node) == [0])
        desk.answerPoll(1, fork.tip)
        while let ask = desk.headersAsks.first(where: { $0.node == 1 }) {
            desk.answerHeaders(node: 1, .success(fork.headers(after: ask.after, upTo: 79, limit: 500)))
        }
        #expect(desk.halt == nil)
        desk.follow(longer, fork, polls: 3)
        #expect(desk.halt == nil && desk.machine.cursor == longer.tip.reference && desk.disconnects.isEmpty)
    }

    // MARK: Lagging nodes

    @Test(arguments: [59, 50, 20, 19, 3, 0]) func aLaggingNodeNeverRollsAnythingBack(height: Int) {
        var desk = desk()
        desk.follow(chain.upTo(height), polls: 20)
        #expect(desk.disconnects.isEmpty && desk.halt == nil && desk.machine.cursor == chain.tip.reference)
        #expect(desk.health[0] == .lagging && desk.progress == .stalled(.lagging))

        desk = self.desk(nodes: 2)
        desk.follow(chain, chain.upTo(height), polls: 20)
        #expect(desk.disconnects.isEmpty && desk.halt == nil && desk.progress == .following)
        #expect(desk.health[1] == .lagging && desk.confirmations == 20)
    }

    @Test func aNodeThatServedOurTipAndThenLagsRollsNothingBack() {
        // As behind a load balancer, where one node is late.
        var desk = Desk.resumed(at: 59, of: chain, depth: Self.depth)
        desk.follow(chain)
        for round in 0..<20 { desk.follow(round % 5 == 4 ? chain : chain.upTo(58)) }
        #expect(desk.disconnects.isEmpty && desk.machine.cursor == chain.tip.reference)
    }

    // MARK: A node on a fork beside one on our chain

    @Test(arguments: [51, 55, 60, 64]) func aSecondNodeOnAWeakerForkIsToldAndAskedOnce(tip: Int) {
        let ours = ModelChain(forking: chain, above: 50, branch: 4, length: 10, work: 10)
        let fork = ModelChain(forking: chain, above: 50, branch: 1, length: tip - 50)
        var desk = Desk.resumed(at: 60, of: ours, nodes: 2, depth: Self.depth)
        desk.follow(ours, fork)
        let asked = desk.headersAsked.count
        #expect((1...6).contains(asked) && desk.health[1] == .forked)
        desk.follow(ours, fork, polls: 20)
        #expect(desk.headersAsked.count == asked, "its tip is the same")
        #expect(desk.disconnects.isEmpty && desk.progress == .following)
        #expect(desk.confirmations == 21, "the good node's word is enough")
        // Our chain goes on, and so does the fork.
        var (longer, worse) = (ours, fork)
        longer.mine(work: 10)
        worse.mine()
        desk.follow(longer, worse)
        #expect(desk.machine.cursor == longer.tip.reference && desk.disconnects.isEmpty)
        #expect(desk.headersAsked.count <= asked + 8)
        desk.follow(longer, longer)
        #expect(desk.health[1] == .healthy)
    }
}
