import Chain
import Testing

@testable import Sync

@Suite struct NetworkMachineTests {
    private let chain = ModelChain(length: 30)

    private static func error(_ code: NodeError.Code, retryAfter: Duration? = nil) -> NodeError {
        NodeError(code, "scripted", retryAfter: retryAfter)
    }

    // MARK: Connecting

    @Test func blocksThatArriveOutOfOrderAreConnectedInOrder() {
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success((21...30).map(chain.header)))
        for height in (22...30).reversed() { desk.answerFetch(height, .success(chain.blocks[height])) }
        #expect(desk.connecting == nil)
        desk.endStepIfObserving()
        desk.answerFetch(21, .success(chain.blocks[21]))
        #expect(desk.connecting == Array(21...30))
        desk.commitStep()
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test func theRestOfARunThatWasCutIsOfferedAgain() {
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success((21...30).map(chain.header)))
        desk.endStepIfObserving()
        for height in (21...30).reversed() { desk.answerFetch(height, .success(chain.blocks[height])) }
        desk.endStep(.committed(through: chain.reference(24)))
        #expect(desk.machine.cursor == chain.reference(24))
        #expect(desk.connecting == Array(25...30))
        desk.endStep(.failed(retryAfter: .milliseconds(100)))
        #expect(desk.step == nil)
        desk.pass(.milliseconds(100))
        #expect(desk.connecting == Array(25...30))
    }

    @Test func aRunHasAMaximumLength() {
        var desk = Desk.resumed(at: 0, of: chain) { $0.runLengthMaximum = 4 }
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success((1...30).map(chain.header)))
        desk.endStepIfObserving()
        for height in (2...16).reversed() { desk.answerFetch(height, .success(chain.blocks[height])) }
        desk.answerFetch(1, .success(chain.blocks[1]))
        #expect(desk.connecting == [1, 2, 3, 4])
    }

    @Test func aTipThatIsTheNextBlockIsFetchedWithoutAskingForHeaders() {
        var desk = Desk.resumed(at: 29, of: chain)
        desk.answerPoll(chain.tip)
        #expect(desk.headersAsks.isEmpty)
        #expect(desk.fetches == [Desk.Fetch(node: 0, reference: chain.tip.reference)])
    }

    @Test func aCommitOfWhatWasNotOfferedHalts() {
        var desk = Desk.resumed(at: 29, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        desk.answerFetch(30, .success(chain.blocks[30]))
        desk.endStep(.committed(through: chain.reference(12)))
        #expect(desk.halt != nil)
        desk.pass(.seconds(60))
        #expect(desk.polls.isEmpty && desk.step == nil)
        desk.send(.resumed(window: chain.window(29)))
        #expect(desk.polls == [0])
    }

    @Test func aBlockOfUnknownFormatHaltsTheNetwork() {
        var desk = Desk.resumed(at: 29, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        desk.answerFetch(30, .failure(Self.error(.unknownFormat)))
        #expect(desk.halt?.contains("scripted") == true)
        #expect(desk.machine.cursor == chain.reference(29))
        desk.pass(.seconds(600))
        #expect(desk.polls.isEmpty && desk.fetches.isEmpty && desk.step == nil)
    }

    @Test func answersToNoAskChangeNothing() {
        var desk = Desk.resumed(at: 20, of: chain)
        let fantasy = ModelChain(forking: chain, above: 20, branch: 3, length: 5)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        desk.send(.headers(node: 0, after: chain.reference(19), .success([fantasy.header(20)])))
        desk.send(.headers(node: 7, after: chain.reference(20), .success([fantasy.header(21)])))
        desk.send(.block(node: 0, fantasy.reference(21), .success(fantasy.blocks[21])))
        desk.send(.state(node: 0, .success(NodeState(tip: fantasy.tip))))
        desk.send(.header(node: -1, height: 3, .success(nil)))
        desk.send(.tipHint(node: 12))
        desk.send(.stepDone(.committed(through: fantasy.reference(22))))
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test func afterAResumeEverythingIsReadAgainFromTheDatabasesCursor() {
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success((21...30).map(chain.header)))
        desk.endStepIfObserving()
        desk.answerFetch(21, .success(chain.blocks[21]))
        #expect(desk.connecting == [21])
        // The commit's outcome is unknown; the database says that it was lost, and more with it.
        desk.forgetStep()
        desk.send(.resumed(window: chain.window(18)))
        #expect(desk.machine.cursor == chain.reference(18))
        // What was on its way then arrives now, in the middle of the new order of things.
        for height in 22...25 { desk.answerFetch(height, .success(chain.blocks[height])) }
        desk.settle(chain)
        if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    // MARK: Order of steps

    @Test func registrationsGoBeforeBlocksAndBlocksAreNotStarvedByThem() {
        var desk = Desk.resumed(at: 20, of: chain) { $0.runLengthMaximum = 1 }
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success((21...30).map(chain.header)))
        desk.endStepIfObserving()
        desk.answerFetch(21, .success(chain.blocks[21]))
        for height in 22...30 { desk.answerFetch(height, .success(chain.blocks[height])) }
        var kinds = ""
        for _ in 0..<6 {
            desk.send(.registrationsPending)
            if desk.connecting == nil { kinds += "r" } else { kinds += "c" }
            desk.commitStep()
        }
        #expect(kinds == "crcrcr")
    }

    @Test func aFailedRegistrationIsRemembered() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        desk.send(.registrationsPending)
        desk.endStep(.failed(retryAfter: .seconds(1)))
        desk.pass(.seconds(1))
        guard case .register = desk.step else {
            Issue.record("no register step")
            return
        }
    }

    // MARK: The tip

    @Test func atTheTipEveryPollConfirmsIt() {
        var desk = Desk.resumed(at: 30, of: chain)
        for _ in 0..<3 {
            let asked = desk.now
            desk.now = desk.now + .milliseconds(40)
            desk.answerPoll(chain.tip)
            #expect(desk.progress == .following)
            #expect(desk.observing?.confirmsTip == true)
            #expect(desk.observing?.asked == asked)
            desk.commitStep()
            #expect(desk.step == nil)
            #expect(desk.polls.isEmpty)
            desk.pass(.milliseconds(4_959))
            #expect(desk.polls.isEmpty)
            desk.pass(.milliseconds(1))
            #expect(desk.polls == [0])
        }
    }

    @Test func theTipIsConfirmedAsSoonAsItIsConnected() {
        var desk = Desk.resumed(at: 29, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        desk.answerFetch(30, .success(chain.blocks[30]))
        desk.now = desk.now + .seconds(2)
        desk.commitStep()
        #expect(
            desk.observing
                == Observation(
                    head: NodeState(tip: chain.tip), cursor: chain.tip.reference, asked: Instant(.zero))
        )
    }

    @Test func aNodeInItsInitialDownloadConfirmsNothing() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(0, chain.tip, isSynced: false)
        #expect(desk.step == nil && desk.progress == .stalled(.downloading))
    }

    @Test func aTipIsNotConfirmedWhileAnotherNodeHasMore() {
        var desk = Desk.resumed(at: 29, of: chain, nodes: 2)
        desk.answerPoll(0, chain.tip)
        desk.endStepIfObserving()
        desk.answerPoll(1, chain.header(29))
        #expect(desk.step == nil && desk.progress == .syncing)
    }

    @Test func whileSyncingTheHeadIsRecordedOncePerPollInterval() {
        var desk = Desk.resumed(at: 0, of: chain)
        desk.answerPoll(chain.header(28))
        #expect(desk.head == nil, "a claim is not a head before something is shown of it")
        desk.answerHeaders(.success([chain.header(1)]))
        #expect(desk.observing?.confirmsTip == false && desk.head == 28)
        desk.commitStep()
        desk.send(.tipHint(node: 0))
        desk.answerPoll(chain.header(29))
        #expect(desk.step == nil && desk.head == 29)
        desk.pass(.seconds(5))
        #expect(desk.observing?.head.tip == chain.header(29))
        desk.commitStep()
        desk.answerPoll(chain.header(30))
        #expect(desk.step == nil && desk.head == 30)
    }

    @Test func aHintIsFollowedAtOnceAndEmptyOnesAreBounded() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        var asked = 0
        for _ in 0..<50 {
            desk.send(.tipHint(node: 0))
            guard !desk.polls.isEmpty else { continue }
            asked += 1
            desk.answerPoll(chain.tip)
        }
        #expect((1...3).contains(asked))
        // A hint that was right is not an empty one.
        desk.pass(.seconds(5))
        var longer = chain
        desk.answerPoll(longer.tip)
        for _ in 0..<10 {
            longer.mine()
            desk.send(.tipHint(node: 0))
            desk.answerPoll(longer.tip)
            desk.settle(longer)
            #expect(desk.machine.cursor == longer.tip.reference)
        }
    }

    // MARK: Progress

    @Test func aNetworkIsFollowedWhileItsNextBlocksAreRead() {
        var desk = Desk.resumed(at: 10, of: chain)
        for height in 10...30 {
            desk.answerPoll(chain.header(height))
            desk.endStepIfObserving()
            if height > 10 {
                #expect(desk.progress == .following, "\(height) is read")
                desk.now = desk.now + .seconds(4)
                desk.answerFetch(height, .success(chain.blocks[height]))
                desk.commitStep()
                desk.endStepIfObserving()
            }
            #expect(desk.progress == .following)
            desk.pass(.seconds(6))
        }
        #expect(desk.progressTold == [.starting, .following])
    }

    @Test func aNetworkThatStaysBehindForMoreThanAFewPollsIsSyncing() {
        var desk = Desk.resumed(at: 28, of: chain)
        desk.answerPoll(chain.header(28))
        desk.endStepIfObserving()
        for _ in 1...4 {
            desk.pass(.seconds(5))
            desk.answerPoll(chain.header(29))
            desk.endStepIfObserving()
            #expect(desk.progress == .following)
        }
        desk.pass(.seconds(5))
        desk.answerPoll(chain.header(29))
        desk.endStepIfObserving()
        #expect(desk.progress == .syncing)
        // Once it has caught up, the next block is read as any.
        desk.answerFetch(29, .success(chain.blocks[29]))
        desk.commitStep()
        desk.endStepIfObserving()
        #expect(desk.progress == .following)
        desk.pass(.seconds(5))
        desk.answerPoll(chain.tip)
        #expect(desk.progress == .following)
    }

    @Test func whatOnlyAPersonMendsIsToldAtOnce() {
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(chain.tip)
        desk.endStepIfObserving()
        #expect(desk.progress == .following)
        desk.pass(.seconds(5))
        desk.answerPoll(0, .failure(Self.error(.wrongChain)))
        #expect(desk.progress == .stalled(.wrongChain))
    }
}

extension Desk {
    /// Commits an observation, if one is in flight.
    mutating func endStepIfObserving() {
        if observing != nil { endStep(.nothingToDo) }
    }
}
