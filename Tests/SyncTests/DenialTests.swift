import Chain
import Testing

@testable import Sync

/// When those who vouched for our tip say that it is no longer canonical, it goes also without a stronger branch.
@Suite struct DenialTests {
    private let chain = ModelChain(length: 30)
    /// Shorter than ours.
    private let other: ModelChain

    init() {
        other = ModelChain(forking: chain, above: 26, branch: 1, length: 2)
    }

    /// A machine at the tip, which node 0 served.
    private func served(nodes: Int = 1) -> Desk {
        var desk = Desk.resumed(at: 29, of: chain, nodes: nodes)
        desk.poll([chain] + Array(repeating: chain.upTo(20), count: nodes - 1))
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
        return desk
    }

    @Test func theNodeThatServedOurTipTakesItBackOnTwoPolls() {
        var desk = served()
        desk.poll(other)
        #expect(desk.step == nil && desk.progress == .following && desk.health[0] == .forked)
        desk.poll(other)
        #expect(desk.disconnectingTo == chain.reference(26))
        desk.settle(other)
        #expect(desk.machine.cursor == other.tip.reference && desk.progress == .following)
    }

    @Test func aNodeThatTookOurTipBackWithoutAnotherIsBelievedOnTwoPollsWhenItStillHasIt() {
        var desk = served()
        desk.remembersStaleBlocks = true
        desk.poll(chain.upTo(27))
        #expect(desk.disconnects.isEmpty)
        desk.poll(chain.upTo(27))
        #expect(desk.disconnectingTo == chain.reference(27))
        desk.settle(chain.upTo(27))
        #expect(desk.machine.cursor == chain.reference(27) && desk.progress == .following)
    }

    /// What Bitcoin Core's `invalidateblock` shows: each step is seen and believed on the way.
    @Test func backInPiecesItGoesAsFarAsAtOnceAndThenHalts() throws {
        var desk = served()
        desk.remembersStaleBlocks = true
        for height in stride(from: 27, through: 12, by: -3) { desk.follow(chain.upTo(height), polls: 4) }
        #expect(desk.disconnects == [27, 24, 21].map(chain.reference) && desk.halt == nil)
        #expect(desk.machine.cursor == chain.reference(21) && desk.progress == .stalled(.lagging))
        desk.follow(ModelChain(forking: chain, above: 12, branch: 1, length: 20), polls: 4)
        #expect(try #require(desk.halt).contains("\(chain.reference(20))"))
        #expect(desk.disconnects.count == 3)
    }

    @Test func aRestartBetweenThePiecesMakesItNoDeeper() {
        var desk = served()
        desk.follow(other, polls: 2)
        #expect(desk.disconnects == [chain.reference(26)])
        // As the database has it, with headers below that are kept for a resynchronization.
        desk.send(.resumed(window: other.window(26), floor: 20))
        desk.endStep(.nothingToDo)
        desk.follow(ModelChain(forking: other, above: 18, branch: 2, length: 30), polls: 4)
        #expect(desk.halt != nil && desk.disconnects.count == 1)
        // An operator's word.
        desk.send(.resumed(window: other.window(26), floor: 16))
        desk.endStep(.nothingToDo)
        desk.follow(ModelChain(forking: other, above: 18, branch: 2, length: 30), polls: 4)
        #expect(desk.disconnects.last == chain.reference(18))
    }

    @Test func aNodeThatDoesNotKnowOurTipLags() {
        var desk = served()
        desk.follow(chain.upTo(27), polls: 10)
        #expect(desk.disconnects.isEmpty && desk.progress == .stalled(.lagging))
    }

    @Test func twoBranchesAreTwoDenials() {
        var desk = served()
        desk.poll(other)
        desk.poll(ModelChain(forking: chain, above: 25, branch: 2, length: 2))
        #expect(desk.disconnectingTo == chain.reference(25))
    }

    @Test func hintsMakeNoMorePollsOfOneState() {
        var desk = served()
        desk.poll(other)
        for _ in 0..<10 {
            desk.send(.woke)
            desk.send(.registrationsPending)
            desk.endStep(.nothingToDo)
        }
        #expect(desk.disconnects.isEmpty)
    }

    @Test func aDenialThatIsTakenBackCountsNoMore() {
        var desk = served()
        for _ in 0..<5 {
            desk.follow(other)
            desk.follow(chain)
        }
        #expect(desk.disconnects.isEmpty && desk.progress == .following)
        desk.follow(other, polls: 2)
        #expect(desk.disconnects == [chain.reference(26)])
    }

    @Test func aDenialBeforeANewBlockCountsNoMore() {
        var desk = served()
        var longer = chain
        for _ in 0..<4 {
            desk.follow(other)
            longer.mine()
            desk.follow(longer)
            #expect(desk.machine.cursor == longer.tip.reference)
        }
        #expect(desk.disconnects.isEmpty)
    }

    @Test func aDenialBeforeTwoNewBlocksCountsNoMore() {
        var desk = served()
        var longer = chain
        for _ in 0..<4 {
            desk.follow(other)
            for _ in 0..<2 { longer.mine() }
            desk.follow(longer)
            #expect(desk.machine.cursor == longer.tip.reference)
        }
        #expect(desk.disconnects.isEmpty)
    }

    @Test func aDenialAndALagAreOneDenial() {
        var desk = served()
        for _ in 0..<5 {
            desk.follow(other)
            desk.follow(chain.upTo(28))
        }
        #expect(desk.disconnects.isEmpty)
    }

    @Test func anotherNodeWithOurTipKeepsIt() {
        var desk = served(nodes: 2)
        desk.follow(other, chain, polls: 10)
        #expect(desk.disconnects.isEmpty && desk.progress == .following && desk.health[0] == .forked)
        desk.follow(other, chain.upTo(27), polls: 3)
        #expect(desk.disconnects == [chain.reference(26)], "it has it no more")
    }

    @Test func anotherNodeThatGoesOnFromOurTipIsFollowed() {
        var desk = served(nodes: 2)
        var longer = chain
        for _ in 0..<3 { longer.mine() }
        desk.follow(other, chain.upTo(20))
        desk.follow(other, longer, polls: 5)
        #expect(desk.disconnects.isEmpty && desk.machine.cursor == longer.tip.reference)
    }

    @Test func aLaggingNodeDoesNotHoldItUp() {
        var desk = served(nodes: 2)
        desk.follow(other, chain.upTo(20), polls: 2)
        #expect(desk.disconnects == [chain.reference(26)])
    }

    @Test func aNodeThatNeverVouchedDeniesInVain() {
        var desk = served(nodes: 2)
        desk.follow(chain.upTo(25), other, polls: 10)
        #expect(desk.disconnects.isEmpty && desk.halt == nil)
    }

    // MARK: Who vouched is unknown

    private func resumed(nodes: Int) -> Desk { Desk.resumed(at: 30, of: chain, nodes: nodes) }

    @Test func afterAStartEveryNodeHasToDeny() {
        let third = ModelChain(forking: chain, above: 27, branch: 2, length: 1)
        var desk = resumed(nodes: 2)
        desk.poll(other, third)
        #expect(desk.step == nil)
        desk.poll(other, third)
        #expect([chain.reference(26), chain.reference(27)].contains(desk.disconnectingTo))

        desk = resumed(nodes: 2)
        desk.follow(other, chain.upTo(28), polls: 10)
        #expect(desk.disconnects.isEmpty, "one of them only lags")
    }

    @Test func aFailingNodeIsNotWaitedFor() {
        var desk = resumed(nodes: 2)
        desk.follow(other, nil, polls: 20)
        #expect(desk.disconnects == [chain.reference(26)])
    }

    @Test func aNodeInItsInitialDownloadDeniesNothing() {
        var desk = resumed(nodes: 2)
        for _ in 0..<10 {
            for node in desk.polls { desk.answerPoll(node, other.tip, isSynced: node == 0) }
            desk.serve(other)
            #expect(desk.step == nil)
            desk.pass(.seconds(5))
        }
    }

    @Test func theFirstThatConfirmsOurTipVouchesForIt() {
        var desk = resumed(nodes: 2)
        desk.follow(chain, chain.upTo(20), polls: 2)
        desk.follow(other, chain.upTo(20), polls: 2)
        #expect(desk.disconnects == [chain.reference(26)])
    }

    @Test func whoVouchesAndFailsHasNoLongerTheSoleSay() {
        var desk = served(nodes: 2)
        desk.follow(nil, other, polls: 20)
        #expect(desk.disconnects == [chain.reference(26)])
        #expect(desk.machine.cursor == other.tip.reference)
    }
}
