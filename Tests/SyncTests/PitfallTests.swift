import Chain
import Sync
import Testing

/// What broke other payment watchers, each provoked here.
@Suite struct PitfallTests {
    private let chain = ModelChain(length: 30)

    /// A machine at 20 with ten headers known and their blocks in flight.
    private func fetching(nodes: Int = 1) -> Desk {
        var desk = Desk.resumed(at: 20, of: chain, nodes: nodes)
        for node in 0..<nodes { desk.answerPoll(node, chain.tip) }
        desk.answerHeaders(.success((21...30).map(chain.header)))
        desk.endStepIfObserving()
        return desk
    }

    /// A header or block at `height` with whatever is to be wrong.
    private func header(_ height: Int64, hash: Hash256? = nil, parent: Hash256) -> Header {
        Header(
            reference: BlockReference(height: height, hash: hash ?? chain.reference(Int(height)).hash), parent: parent,
            time: 0, work: 1)
    }

    @Test("pitfall 2: an empty previous hash never passes for a link")
    func emptyPreviousHash() {
        let empty = Hash256(0, 0, 0, 0)
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success([header(21, parent: empty)]))
        desk.endStepIfObserving()
        #expect(desk.fetches.isEmpty && desk.headersAsks.isEmpty)

        desk = fetching()
        desk.answerFetch(21, .success(Block(header: header(21, parent: empty), transfers: [])))
        #expect(desk.connecting == nil)
        desk.pass(.seconds(5))
        desk.answerPoll(chain.tip)
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test("pitfall 2: a header must also be one higher than its parent", arguments: [Int64(20), 22, .min, .max])
    func heightThatDoesNotFollow(height: Int64) {
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success([header(height, hash: Hash256(5, 5, 5, 5), parent: chain.reference(20).hash)]))
        desk.endStepIfObserving()
        #expect(desk.fetches.isEmpty)
    }

    @Test("pitfall 3: a block that its own node does not have is a fault, never an empty block")
    func missingBlock() {
        var desk = fetching(nodes: 2)
        #expect(desk.fetches.allSatisfy { $0.node == 0 })
        desk.answerFetch(21, .success(nil))
        #expect(desk.connecting == nil)
        #expect(desk.headersAsks.first?.node == 1, "another node is asked")
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test("pitfall 3: no headers is not news, and never the tip")
    func emptyHeaders() {
        var desk = Desk.resumed(at: 20, of: chain)
        desk.answerPoll(chain.tip)
        desk.answerHeaders(.success([]))
        desk.endStepIfObserving()
        #expect(desk.step == nil && desk.progress == .syncing)
        desk.pass(.seconds(5))
        desk.answerPoll(chain.tip)
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test("pitfall 5: another block than the one asked for is refused, and so is the node")
    func otherBlock() {
        let fork = ModelChain(forking: chain, above: 20, branch: 1, length: 10)
        for wrong in [fork.blocks[21], chain.blocks[22], chain.blocks[20]] {
            var desk = fetching(nodes: 2)
            desk.answerFetch(21, .success(wrong))
            #expect(desk.connecting == nil)
            #expect(desk.headersAsks.first?.node == 1)
            desk.settle(chain)
            #expect(desk.machine.cursor == chain.tip.reference)
        }
    }

    @Test("pitfall 6: without a single hint polling finds every block")
    func noHints() {
        var chain = chain
        var desk = Desk.resumed(at: 30, of: chain)
        for _ in 0..<20 {
            desk.answerPoll(chain.tip)
            desk.settle(chain)
            #expect(desk.machine.cursor == chain.tip.reference)
            chain.mine()
            desk.pass(.seconds(5))
        }
    }

    @Test(
        "pitfall 7: an error on a block never moves the cursor",
        arguments: [
            NodeError.Code.unreachable, .timedOut, .rateLimited, .warmingUp, .refused, .malformed, .wrongChain,
            .unknownFormat,
        ])
    func errorOnABlock(code: NodeError.Code) {
        var desk = fetching()
        for height in 22...30 { desk.answerFetch(height, .success(chain.blocks[height])) }
        desk.answerFetch(21, .failure(NodeError(code, "scripted")))
        #expect(desk.connecting == nil && desk.machine.cursor == chain.reference(20))
        guard code != .unknownFormat else { return }
        for _ in 0..<3 {
            desk.pass(.seconds(5))
            if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
            desk.settle(chain)
        }
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test("throttling is pacing and no outage")
    func throttling() {
        var desk = fetching()
        let inFlight = desk.fetches.count
        #expect(inFlight == 10)
        let limited = NodeError(.rateLimited, "429", retryAfter: .seconds(20))
        for height in 22...30 { desk.answerFetch(height, .failure(limited)) }
        #expect(desk.progress == .syncing && desk.health[0] == .throttled)
        desk.answerFetch(21, .success(chain.blocks[21]))
        #expect(desk.health[0] == .throttled, "what was under way does not end it")
        desk.pass(.milliseconds(19_999))
        #expect(desk.fetches.isEmpty && desk.polls.isEmpty, "the wish to be left alone is honored")
        desk.pass(.milliseconds(1))
        #expect(desk.fetches.count == 8, "and fewer requests follow: half of sixteen, once for the whole incident")
        if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference && desk.health[0] == .healthy)
    }

    @Test("throttling without end never counts as failure, and a wish for years is cut")
    func throttlingForEver() {
        var desk = Desk.resumed(at: 20, of: chain)
        let limited = NodeError(.rateLimited, "429", retryAfter: .seconds(1 << 40))
        for _ in 0..<20 {
            desk.answerPoll(0, .failure(limited))
            #expect(desk.health[0] == .throttled)
            desk.pass(.seconds(600))
        }
        desk.answerPoll(chain.tip)
        desk.settle(chain)
        #expect(desk.machine.cursor == chain.tip.reference)
    }

    @Test("one chain down is its own machine's affair: a stalled network still registers")
    func registersWhileStalled() {
        var desk = Desk.resumed(at: 20, of: chain)
        for _ in 0..<5 {
            if !desk.polls.isEmpty { desk.answerPoll(0, .failure(NodeError(.unreachable, "connection refused"))) }
            desk.pass(.seconds(30))
        }
        #expect(desk.progress == .stalled(.noNode))
        desk.send(.registrationsPending)
        guard case .register = desk.step else {
            Issue.record("no register step")
            return
        }
    }

    @Test("retries of one block do not hold up its successors' arrival")
    func slowBlock() {
        var desk = fetching()
        for height in 22...30 { desk.answerFetch(height, .success(chain.blocks[height])) }
        for _ in 0..<4 {
            desk.answerFetch(21, .failure(NodeError(.timedOut, "10 s")))
            desk.pass(.seconds(10))
            if !desk.polls.isEmpty { desk.answerPoll(chain.tip) }
            #expect(desk.fetches.map(\.reference.height) == [21], "what has arrived is kept")
        }
        desk.answerFetch(21, .success(chain.blocks[21]))
        #expect(desk.connecting == Array(21...30))
    }
}
