import Chain
import Testing

@testable import Sync

/// The disconnect as a step, and what may go wrong on the way to it.
@Suite struct RollbackTests {
    private let chain = ModelChain(length: 30)
    private let fork: ModelChain

    init() {
        fork = ModelChain(forking: chain, above: 24, branch: 1, length: 10)
    }

    /// A machine that is about to go back to block 24.
    private func rollingBack() -> Desk {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.poll(fork)
        #expect(desk.disconnectingTo == chain.reference(24))
        return desk
    }

    // MARK: Steps

    @Test func itGoesBeforeEverythingElse() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.send(.sightingsPending)
        // Sighting is in flight; the rest waits.
        desk.poll(fork)
        desk.send(.registrationsPending)
        desk.send(.sightingsPending)
        desk.endStep(.nothingToDo)
        #expect(desk.disconnectingTo == chain.reference(24))
        desk.commitStep()
        guard case .register = desk.step else {
            Issue.record("the registration comes next")
            return
        }
        desk.settle(fork)
        #expect(desk.machine.cursor == fork.tip.reference)
    }

    @Test(arguments: [StepOutcome.failed(retryAfter: .seconds(2)), .nothingToDo])
    func oneThatFailedIsTriedAgain(outcome: StepOutcome) {
        var desk = rollingBack()
        for _ in 0..<5 {
            desk.endStep(outcome)
            #expect(desk.step == nil && desk.machine.cursor == chain.tip.reference)
            desk.poll(fork)
            #expect(desk.disconnectingTo == chain.reference(24))
        }
        desk.settle(fork)
        #expect(desk.machine.cursor == fork.tip.reference)
    }

    @Test func oneThatIsRefusedIsNotMadeAndItsNodeIsLeft() {
        var desk = rollingBack()
        for _ in 0..<3 where desk.disconnectingTo != nil {
            desk.endStep(.refused(reason: "others have it"))
            #expect(desk.step == nil && desk.machine.cursor == chain.tip.reference)
            desk.pass(.seconds(300))
            desk.poll(fork)
        }
        #expect(desk.machine.cursor == chain.tip.reference)
        // Refused for good, it is one node's failure.
        guard case .failing(let reason)? = desk.health[0] else {
            Issue.record("the node is \(desk.health)")
            return
        }
        #expect(reason.contains("others have it"))
    }

    @Test func nothingIsReadWhileItIsUnderWay() {
        var desk = rollingBack()
        var longer = fork
        for _ in 0..<3 {
            longer.mine()
            desk.pass(.seconds(5))
            desk.answerPoll(longer.tip)
            #expect(desk.fetches.isEmpty && desk.headersAsks.isEmpty)
        }
        desk.settle(longer)
        #expect(desk.machine.cursor == longer.tip.reference)
    }

    @Test func aResumeDropsTheSearch() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.poll(ModelChain(forking: chain, above: 24, branch: 2, length: 3))
        desk.pass(.seconds(5))
        desk.answerPoll(fork.tip)
        desk.endStepIfObserving()
        desk.answerHeaders(.success(nil))
        #expect(desk.headersAsks.count == 1)
        desk.send(.resumed(window: chain.window(27)))
        desk.endStep(.nothingToDo)
        desk.answerHeaders(.success(nil))
        #expect(desk.step == nil && desk.machine.cursor == chain.reference(27))
        desk.follow(fork, polls: 2)
        #expect(desk.disconnects == [chain.reference(24)] && desk.machine.cursor == fork.tip.reference)
    }

    @Test func aResumeDropsTheRollback() {
        var desk = rollingBack()
        // The commit's outcome is unknown; the database says that it took effect.
        desk.forgetStep()
        desk.send(.resumed(window: chain.window(24)))
        #expect(desk.disconnectingTo == nil)
        desk.follow(fork, polls: 2)
        #expect(desk.disconnects.count == 1 && desk.machine.cursor == fork.tip.reference)
    }

    @Test func aResumeForgetsWhoVouchedAndWhoDenied() {
        let shorter = ModelChain(forking: chain, above: 24, branch: 2, length: 3)
        var desk = Desk.resumed(at: 30, of: chain)
        for _ in 0..<5 {
            desk.follow(shorter)
            desk.send(.resumed(window: chain.window(30)))
            desk.endStep(.nothingToDo)
        }
        #expect(desk.disconnects.isEmpty)
    }

    @Test func aCommitOfSomethingElseHalts() {
        for block in [chain.reference(23), chain.tip.reference, fork.reference(25)] {
            var desk = rollingBack()
            desk.endStep(.committed(through: block))
            #expect(desk.halt != nil && desk.machine.cursor == chain.tip.reference)
            desk.send(.resumed(window: chain.window(24)))
            desk.follow(fork, polls: 2)
            #expect(desk.machine.cursor == fork.tip.reference)
        }
    }

    @Test func whatWasConfirmedBeforeIsConfirmedAnew() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.follow(chain)
        desk.follow(fork)
        #expect(desk.confirmations == 2, "of one tip and then of the other")
    }

    // MARK: A chain that moves

    @Test func aChainThatMovesDuringTheSearchIsSearchedAnewAtTheNextState() {
        let third = ModelChain(forking: chain, above: 22, branch: 2, length: 20)
        var desk = Desk.resumed(at: 30, of: chain) { $0.headersMaximum = 3 }
        desk.answerPoll(fork.tip)
        // Its answers are those of one chain until the ancestor is found, and then of another one.
        while desk.headersAsks.first.map({ !fork.contains($0.after) }) ?? false { desk.answerHeaders(.success(nil)) }
        desk.answerHeaders(.success(fork.headers(after: desk.headersAsks[0].after, upTo: 34, limit: 3)))
        desk.answerHeaders(.success(nil))
        desk.endStepIfObserving()
        #expect(desk.headersAsks.isEmpty && desk.step == nil)
        desk.follow(third, polls: 2)
        #expect(desk.disconnects == [chain.reference(22)])
        desk.follow(third, polls: 5)
        #expect(desk.machine.cursor == third.tip.reference)
    }

    @Test func aNodeThatComesBackToUsDuringTheSearchIsHealthyAgain() {
        let shorter = ModelChain(forking: chain, above: 24, branch: 2, length: 8, work: 0)
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(shorter.tip)
        desk.answerHeaders(.success(nil))
        desk.serve(chain)
        desk.follow(chain, polls: 5)
        #expect(desk.disconnects.isEmpty && desk.progress == .following && desk.health[0] == .healthy)
    }

    @Test func aNodeThatGoesOnFromOurTipDuringTheSearchIsFollowed() {
        var longer = chain
        for _ in 0..<3 { longer.mine() }
        var desk = Desk.resumed(at: 30, of: chain)
        for _ in 0..<2 {
            if desk.polls.isEmpty { desk.pass(.seconds(5)) }
            desk.answerPoll(fork.tip)
            desk.answerHeaders(.success(nil))
            desk.endStepIfObserving()
            desk.serve(longer)
            #expect(desk.disconnects.isEmpty, "there is nothing to go back from")
        }
        desk.follow(longer, polls: 2)
        #expect(desk.disconnects.isEmpty && desk.machine.cursor == longer.tip.reference)
    }

    @Test func aNodeWhoseChainEndsBelowOursDuringTheSearchLags() {
        var desk = Desk.resumed(at: 30, of: chain)
        for _ in 0..<4 {
            if desk.polls.isEmpty { desk.pass(.seconds(5)) }
            desk.answerPoll(fork.tip)
            desk.answerHeaders(.success(nil))
            desk.endStepIfObserving()
            desk.serve(chain.upTo(27))
        }
        #expect(desk.disconnects.isEmpty && desk.machine.cursor == chain.tip.reference)
    }

    @Test func aBranchThatItsNodeLeftForALowerOneIsLetGo() {
        var longer = chain
        for _ in 0..<3 { longer.mine() }
        let lower = ModelChain(forking: chain, above: 25, branch: 3, length: 3, work: 5)
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(longer.tip)
        desk.endStepIfObserving()
        desk.answerHeaders(.success((31...33).map(longer.header)))
        for height in 31...33 { desk.answerFetch(height, .failure(NodeError(.timedOut, "10 s"))) }
        desk.follow(lower, polls: 3)
        #expect(desk.disconnects == [chain.reference(25)] && desk.machine.cursor == lower.tip.reference)
    }

    @Test func aNodeThatIsNoLongerWhereItSaidIsWeighedAtItsNextState() {
        // It was below ours, and has more work by the time that it is asked: its next state will say so.
        let before = ModelChain(forking: chain, above: 25, branch: 3, length: 2)
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(before.tip)
        desk.serve(fork)
        #expect(desk.step == nil)
        desk.follow(fork, polls: 2)
        #expect(desk.disconnects == [chain.reference(24)] && desk.machine.cursor == fork.tip.reference)
    }

    // MARK: Lies

    /// Gives every question about headers this answer, for many polls, and returns how many were asked.
    private func questions(
        headersMaximum: Int = 500, _ answer: (BlockReference) -> Result<[Header]?, NodeError>
    ) -> (count: Int, desk: Desk) {
        var desk = Desk.resumed(at: 30, of: chain) { $0.headersMaximum = headersMaximum }
        for _ in 0..<20 {
            if desk.polls.isEmpty { desk.pass(.seconds(5)) }
            if !desk.polls.isEmpty { desk.answerPoll(fork.tip) }
            while let ask = desk.headersAsks.first, desk.headersAsked.count < 100_000 {
                desk.answerHeaders(ask.after == chain.tip.reference ? .success(nil) : answer(ask.after))
            }
        }
        #expect(desk.disconnects.isEmpty && desk.machine.cursor == chain.tip.reference)
        return (desk.headersAsked.count, desk)
    }

    private func child(of block: BlockReference, parent: Hash256? = nil, work: UInt128 = 1_000) -> Header {
        Header(
            reference: BlockReference(height: block.height + 1, hash: Hash256(6, 6, 6, UInt64(block.height))),
            parent: parent ?? block.hash, time: 0, work: work)
    }

    @Test func headersThatDoNotLinkNeverRollBack() {
        let (count, desk) = questions { .success([self.child(of: $0, parent: Hash256(9, 9, 9, 9))]) }
        #expect(count <= 100)
        guard case .failing = desk.health[0] else {
            Issue.record("it is a fault of the node's")
            return
        }
    }

    @Test func theSameHeadersOverAndOverNeverRollBack() {
        #expect(questions { _ in .success([fork.header(25), fork.header(25)]) }.count <= 100)
        #expect(questions { _ in .success((25...34).map(fork.header).reversed()) }.count <= 100)
    }

    @Test func moreHeadersThanAskedForNeverRollBack() {
        #expect(
            questions(headersMaximum: 5) {
                self.fork.headers(after: $0, upTo: 34, limit: 10).map(Result.success) ?? .success(nil)
            }.count <= 200)
    }

    @Test func noHeadersAtAllNeverRollBack() {
        #expect(questions { _ in .success([]) }.count <= 60)
    }

    @Test func errorsNeverRollBack() {
        #expect(questions { _ in .failure(NodeError(.timedOut, "10 s")) }.count <= 60)
    }

    @Test func havingAndNotHavingInTurnsNeitherCrashesNorGoesOnForEver() {
        var turn = false
        let (count, _) = questions(headersMaximum: 1) { block in
            turn.toggle()
            return .success(turn ? [self.child(of: block, work: 0)] : nil)
        }
        #expect(count <= 300)
    }

    @Test func anEndlessBranchWithoutWorkIsGivenUp() {
        let (count, _) = questions(headersMaximum: 2) { block in
            let first = self.child(of: block, work: 0)
            return .success([first, self.child(of: first.reference, work: 0)])
        }
        // Our window is ten blocks, an answer two headers, and there were up to twenty states.
        #expect(count <= 20 * 40)
    }
}
