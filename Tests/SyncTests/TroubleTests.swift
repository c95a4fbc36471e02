import Chain
import Testing

@testable import Sync

/// A network that does not move says why.
@Suite struct TroubleTests {
    private let chain = ModelChain(length: 30)
    private static let corrupted = NodeError(.malformed, "corrupted block receipts")

    /// A machine at 20 whose node gives every block after 21, and not that one.
    private func stuck(rounds: Int, nodes: Int = 1) -> Desk {
        var desk = Desk.resumed(at: 20, of: chain, nodes: nodes)
        desk.answerPoll(chain.tip)
        for _ in 0..<rounds { Self.fail(21, of: &desk, chain) }
        return desk
    }

    /// Half a minute in which everything is given but one block.
    private static func fail(_ height: Int, of desk: inout Desk, _ chain: ModelChain) {
        for _ in 0..<6 {
            if !desk.headersAsks.isEmpty {
                desk.answerHeaders(.success(chain.headers(after: desk.headersAsks[0].after, upTo: 30, limit: 500)))
            }
            desk.endStepIfObserving()
            for fetch in desk.fetches where fetch.reference.height > height {
                desk.answerFetch(Int(fetch.reference.height), .success(chain.blocks[Int(fetch.reference.height)]))
            }
            if desk.fetches.contains(where: { $0.reference.height == height }) {
                desk.answerFetch(height, .failure(corrupted))
            }
            desk.pass(.seconds(5))
            if desk.polls.contains(0) { desk.answerPoll(0, chain.tip) }
        }
    }

    @Test("A block that can't be read, with readable ones after it: node and network say so")
    func unreadableBlock() {
        let desk = stuck(rounds: 1)
        #expect(desk.health[0] == .failing("malformed: corrupted block receipts"))
        #expect(desk.obstacle == Obstacle(node: 0, error: Self.corrupted))
        #expect(desk.progress == .stalled(.noNode))
    }

    @Test("The failure is forgiven by that block, and the network goes on")
    func forgiven() {
        var desk = stuck(rounds: 2)
        desk.pass(.seconds(30))
        if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
        #expect(desk.health[0] == .healthy && desk.obstacle == nil)
    }

    @Test("It is told after a poll interval, and not before")
    func patience() {
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.failure(NodeError(.timedOut, "10 s")))
        desk.pass(.seconds(4))
        #expect(desk.obstacle == nil, "others are weather")
        if !desk.headersAsks.isEmpty { desk.answerHeaders(.failure(NodeError(.timedOut, "20 s"))) }
        desk.pass(.seconds(2))
        if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
        #expect(desk.obstacle?.message == "20 s")
    }

    @Test("What another node gave is owed no more: the node is tried, and works again")
    func waived() {
        var desk = stuck(rounds: 1, nodes: 2)
        if desk.polls.contains(1) { desk.answerPoll(1, chain.tip) }
        for _ in 0..<200 where desk.health[0] != .healthy {
            desk.pass(.seconds(5))
            desk.follow(chain, chain)
        }
        #expect(desk.machine.cursor == chain.tip.reference)
        #expect(desk.health[0] == .healthy, "\(desk.health)")
    }

    @Test("It is tried at once when no other node works any more")
    func lastResort() {
        var desk = stuck(rounds: 1, nodes: 2)
        if desk.polls.contains(1) { desk.answerPoll(1, chain.tip) }
        for _ in 0..<10 where desk.machine.cursor != chain.tip.reference { desk.follow(chain, chain) }
        #expect(desk.machine.cursor == chain.tip.reference && desk.health[0] != .healthy)
        let left = desk.now
        for _ in 0..<40 where desk.health[0] != .healthy { desk.follow(chain, nil) }
        #expect(desk.health[0] == .healthy && desk.progress == .following)
        #expect(desk.now - left < .seconds(90), "errors fade in minutes")
    }

    @Test("A step that can't be made says why, too")
    func step() {
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.serve(chain)
        desk.endStepIfObserving()
        for _ in 0..<5 {
            desk.endStep(.failed(retryAfter: .seconds(2), because: NodeError(.timedOut, "no balance")))
            desk.pass(.seconds(2))
            if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
            desk.endStepIfObserving()
        }
        #expect(desk.obstacle?.message == "no balance" && desk.obstacle?.node == nil)
        desk.settle(chain)
        desk.pass(.seconds(5))
        if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
        #expect(desk.obstacle == nil)
    }

    @Test("A node that can't say how far the chain is settled is good for all else")
    func finality() {
        var desk = Desk.resumed(at: 30, of: chain) { $0.watchesFinality = true }
        for _ in 0..<6 {
            desk.answerPoll(chain.tip)
            desk.endStepIfObserving()
            desk.send(.finality(node: 0, .failure(NodeError(.refused, "no such method"))))
            desk.pass(.seconds(40))
        }
        #expect(desk.progress == .following && desk.health[0] == .healthy)
        #expect(desk.machine.figures(of: 0, at: desk.now)?.lastError?.message == "no such method")
    }
}
