import Chain
import Sync
import Testing

@Suite struct FirstRunTests {
    private let chain = ModelChain(length: 30)

    /// The headers of the start that a machine performs over `chain`.
    private func start(_ start: Start, depth: Int, headersMaximum: Int = 500) -> [Int64]? {
        var desk = Desk(start: start, depth: depth) { $0.headersMaximum = headersMaximum }
        desk.send(.resumed(window: []))
        desk.answerPoll(chain.tip)
        desk.serve(chain)
        guard case .start(let headers) = desk.step else { return nil }
        #expect(headers == headers.map { chain.header(Int($0.height)) })
        return headers.map(\.height)
    }

    @Test func atTheTipItStoresTheHeadersBelowAndReadsOnlyWhatComesAfter() {
        #expect(start(.tip, depth: 10) == Array(20...30))
        #expect(start(.tip, depth: 0) == [30])
        #expect(start(.tip, depth: 1_000) == Array(0...30))
    }

    @Test func atAHeightThatBlockIsTheFirstOneRead() {
        #expect(start(.height(25), depth: 3) == [21, 22, 23, 24])
        #expect(start(.height(31), depth: 1) == [29, 30])
        #expect(start(.height(2), depth: 10) == [0, 1])
    }

    @Test(arguments: [Int64(0), 1, -5]) func atTheVeryBeginningGenesisIsTheCursor(height: Int64) {
        #expect(start(.height(height), depth: 10) == [0])
    }

    @Test func headersAreCollectedInBoundedAnswers() {
        #expect(start(.tip, depth: 25, headersMaximum: 7) == Array(5...30))
    }

    @Test func nothingIsAskedBeforeTheFirstResume() {
        var desk = Desk()
        desk.send(.registrationsPending)
        desk.send(.tipHint(node: 0))
        desk.send(.woke)
        #expect(desk.polls.isEmpty && desk.step == nil && desk.wakeAt == nil)
    }

    @Test func aStartAboveTheTipIsWaitedForVisibly() {
        var desk = Desk(start: .height(32))
        desk.send(.resumed(window: []))
        desk.answerPoll(chain.tip)
        #expect(desk.progress == .stalled(.startAboveTip))
        #expect(desk.headerAsks.isEmpty)
        var longer = chain
        longer.mine()
        desk.pass(.seconds(5))
        desk.answerPoll(longer.tip)
        #expect(desk.progress == .starting)
        desk.serve(longer)
        guard case .start(let headers) = desk.step else {
            Issue.record("no start")
            return
        }
        #expect(headers.last?.height == 31)
    }

    @Test func aNodeInItsInitialDownloadGivesNoStartingPoint() {
        var desk = Desk()
        desk.send(.resumed(window: []))
        desk.answerPoll(0, chain.tip, isSynced: false)
        #expect(desk.headerAsks.isEmpty && desk.progress == .stalled(.downloading))
        #expect(desk.health[0] == .downloading)
    }

    @Test func blocksThatComeWhileHeadersAreCollectedAreReadAfterwards() {
        var desk = Desk(depth: 5)
        desk.send(.resumed(window: []))
        desk.answerPoll(chain.tip)
        var longer = chain
        for _ in 0..<4 { longer.mine() }
        desk.serve(longer)
        desk.commitStep()
        #expect(desk.machine.cursor == chain.reference(30))
        desk.settle(longer)
        desk.pass(.seconds(5))
        desk.answerPoll(longer.tip)
        desk.settle(longer)
        #expect(desk.machine.cursor == longer.tip.reference && desk.progress == .following)
    }

    @Test func aTipThatVanishesIsReplacedByWhatOtherNodesHave() {
        var desk = Desk(nodes: 2, depth: 5)
        desk.send(.resumed(window: []))
        let fantasy = ModelChain(length: 5_000, branch: 9)
        desk.answerPoll(0, fantasy.tip)
        desk.answerHeader(.failure(NodeError(.unreachable, "connection refused")))
        desk.answerPoll(1, chain.tip)
        desk.serve(chain)
        guard case .start(let headers) = desk.step else {
            Issue.record("no start")
            return
        }
        #expect(headers.map(\.height) == Array(25...30))
    }

    @Test func headersThatDoNotLinkAreRefused() {
        var desk = Desk(depth: 5)
        desk.send(.resumed(window: []))
        desk.answerPoll(chain.tip)
        desk.answerHeader(.success(chain.header(25)))
        desk.answerHeaders(.success([chain.header(26), chain.header(28)]))
        #expect(desk.step == nil)
        desk.pass(.seconds(1))
        desk.serve(chain)
        guard case .start(let headers) = desk.step else {
            Issue.record("no start after the fault")
            return
        }
        #expect(headers.map(\.height) == Array(25...30))
    }

    @Test func moreHeadersThanAskedForAreRefused() {
        var desk = Desk(start: .height(28), depth: 5)
        desk.send(.resumed(window: []))
        desk.answerPoll(chain.tip)
        desk.answerHeader(.success(chain.header(22)))
        desk.answerHeaders(.success((23...30).map(chain.header)))
        #expect(desk.step == nil)
        desk.pass(.seconds(1))
        desk.serve(chain)
        guard case .start(let headers) = desk.step else {
            Issue.record("no start after the fault")
            return
        }
        #expect(headers.map(\.height) == Array(22...27))
    }

    @Test func aFailedStartIsTriedAgain() {
        var desk = Desk(depth: 5)
        desk.send(.resumed(window: []))
        desk.answerPoll(chain.tip)
        desk.serve(chain)
        desk.endStep(.failed(retryAfter: .seconds(2)))
        desk.pass(.seconds(1))
        #expect(desk.step == nil)
        desk.pass(.seconds(1))
        desk.commitStep()
        #expect(desk.machine.cursor == chain.tip.reference)
    }
}
