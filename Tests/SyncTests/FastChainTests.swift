import Chain
import Testing

@testable import Sync

/// Chains whose nodes have news more often than they answer.
@Suite struct FastChainTests {
    private let chain = ModelChain(length: 30)

    @Test("Where states come faster than a chain is weighed every node is heard all the same")
    func everyNodeIsHeard() {
        let other = ModelChain(forking: chain, above: 26, branch: 1, length: 2)
        var desk = Desk.resumed(at: 30, of: chain, nodes: 3)
        for _ in 0..<20 where desk.disconnectingTo == nil {
            desk.pass(.seconds(5))
            for node in desk.polls { desk.answerPoll(node, other.tip) }
            let node = desk.headersAsks.first?.node
            while let ask = desk.headersAsks.first, ask.node == node { desk.answer(ask, from: other) }
        }
        #expect(desk.disconnectingTo == chain.reference(26))
    }

    @Test("A chain that grows faster than it is searched is found to be stronger")
    func growsMeanwhile() {
        var branch = ModelChain(forking: chain, above: 21, branch: 1, length: 12)
        var desk = Desk.resumed(at: 30, of: chain)
        for _ in 0..<30 where desk.disconnectingTo == nil {
            branch.mine()
            desk.pass(.seconds(5))
            for node in desk.polls { desk.answerPoll(node, branch.tip) }
            if let ask = desk.headersAsks.first { desk.answer(ask, from: branch) }
            while desk.observing != nil { desk.endStep(.nothingToDo) }
        }
        #expect(desk.disconnectingTo == chain.reference(21))
    }

    @Test("A chain that grows while it is weighed is weighed again by its new tip, without another state")
    func growsAtTheEnd() {
        let equal = ModelChain(forking: chain, above: 26, branch: 1, length: 4)
        var stronger = equal
        stronger.mine()
        var desk = Desk.resumed(at: 30, of: chain, nodes: 2)
        desk.answerPoll(0, chain.tip)
        desk.answerPoll(1, equal.tip)
        while desk.observing != nil { desk.endStep(.nothingToDo) }
        while let ask = desk.headersAsks.first, ask.after.height > 26 { desk.answer(ask, from: equal) }
        // The new tip comes while the last answer of the search for the old one, which ends there, is under way.
        desk.send(.tipHint(node: 1))
        desk.answerPoll(1, stronger.tip)
        if let ask = desk.headersAsks.first { desk.answer(ask, from: equal) }
        while let ask = desk.headersAsks.first { desk.answer(ask, from: stronger) }
        #expect(desk.disconnectingTo == chain.reference(26))
    }

    @Test("A search ends when the node is back on our chain")
    func comesBack() {
        let branch = ModelChain(forking: chain, above: 21, branch: 1, length: 12)
        var longer = chain
        for _ in 0..<5 { longer.mine() }
        var desk = Desk.resumed(at: 30, of: chain)
        desk.answerPoll(branch.tip)
        if let ask = desk.headersAsks.first { desk.answer(ask, from: branch) }
        #expect(!desk.headersAsks.isEmpty)
        desk.pass(.seconds(5))
        for node in desk.polls { desk.answerPoll(node, longer.tip) }
        desk.settle(longer)
        #expect(desk.disconnects.isEmpty)
        desk.follow(longer)
        #expect(desk.machine.cursor == longer.tip.reference)
    }
}

extension Desk {
    /// Answers this question for headers, the first one, from a node with this chain.
    fileprivate mutating func answer(_ ask: HeadersAsk, from chain: ModelChain) {
        answerHeaders(.success(chain.headers(after: ask.after, upTo: Int(chain.tip.height), limit: ask.limit)))
    }
}
