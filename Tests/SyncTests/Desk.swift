import Chain
import Testing

@testable import Sync

/// A machine with what it asked for and told so far: scripted tests answer by hand.
struct Desk {
    var machine: NetworkMachine
    var now = Instant(.zero)
    private(set) var polls: [Int] = []
    private(set) var headerAsks: [HeaderAsk] = []
    private(set) var headersAsks: [HeadersAsk] = []
    private(set) var fetches: [Fetch] = []
    /// Blocks that nodes were asked whether they know.
    private(set) var doubts: [Fetch] = []
    /// Whether nodes still have blocks that they took off their chain.
    var remembersStaleBlocks = false
    /// The step in flight.
    var step: StepPlan?
    private(set) var wakeAt: Instant?
    private(set) var halt: String?
    private(set) var progressTold: [Progress] = []
    var progress: Progress? { progressTold.last }
    private(set) var health: [Int: NodeHealth] = [:]
    private(set) var head: Int64?
    /// Nodes that are being asked how far their chain is settled.
    private(set) var finalityAsks: [Int] = []
    private(set) var frozen: Set<FinalityTag> = []
    private(set) var obstacle: Obstacle?
    /// Every request for headers so far, answered or not.
    private(set) var headersAsked: [HeadersAsk] = []
    /// Every block so far that all above it were to be disconnected to.
    private(set) var disconnects: [BlockReference] = []
    private(set) var confirmations = 0

    struct HeaderAsk: Equatable {
        let node: Int
        let height: Int64
    }

    struct HeadersAsk: Equatable {
        let node: Int
        let after: BlockReference
        let limit: Int
    }

    struct Fetch: Equatable {
        let node: Int
        let reference: BlockReference
    }

    init(
        nodes: Int = 1, start: Start = .tip, depth: Int = 10,
        _ adjust: (inout NetworkMachine.Settings) -> Void = { _ in }
    ) {
        var settings = NetworkMachine.Settings(nodeCount: nodes, start: start, maxReorgDepth: depth)
        adjust(&settings)
        machine = NetworkMachine(settings)
    }

    /// A machine that resumed at `height` of `chain`, with nothing left to register.
    static func resumed(
        at height: Int, of chain: ModelChain, nodes: Int = 1, depth: Int = 10,
        _ adjust: (inout NetworkMachine.Settings) -> Void = { _ in }
    ) -> Desk {
        var desk = Desk(nodes: nodes, depth: depth, adjust)
        desk.send(.resumed(window: chain.window(height)))
        desk.endStep(.nothingToDo)
        return desk
    }

    mutating func send(_ event: NetworkMachine.Event) {
        for action in machine.handle(event, at: now) { note(action) }
    }

    /// Lets time pass up to the instant of each wake in turn.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let wake = wakeAt, wake <= end {
            now = max(now, wake)
            wakeAt = nil
            send(.woke)
        }
        now = end
    }

    private mutating func note(_ action: NetworkMachine.Action) {
        switch action {
        case .askState(let node): polls.append(node)
        case .askHeader(let node, let height): headerAsks.append(HeaderAsk(node: node, height: height))
        case .askHeaders(let node, let after, let limit):
            headersAsks.append(HeadersAsk(node: node, after: after, limit: limit))
            headersAsked.append(HeadersAsk(node: node, after: after, limit: limit))
        case .fetchBlock(let node, let reference): fetches.append(Fetch(node: node, reference: reference))
        case .askWhetherKnown(let node, let reference): doubts.append(Fetch(node: node, reference: reference))
        case .askFinality(let node): finalityAsks.append(node)
        case .perform(let plan):
            #expect(step == nil, "one step at a time")
            step = plan
            if case .disconnect(let block) = plan { disconnects.append(block) }
            if observing?.confirmsTip == true { confirmations += 1 }
        case .wake(let instant):
            #expect(instant > now, "a wake in the past would spin")
            wakeAt = instant
        case .report(.progress(let progress)): progressTold.append(progress)
        case .report(.head(let height)): head = height
        case .report(.node(let node, let health)): self.health[node] = health
        case .report(.frozen(let tags)): frozen = tags
        case .report(.obstacle(let obstacle)): self.obstacle = obstacle
        case .halt(let reason): halt = reason
        }
    }

    // MARK: Answers

    mutating func answerPoll(_ tip: Header) { answerPoll(0, tip) }

    mutating func answerFinality(_ node: Int, _ finality: [FinalityTag: BlockReference]) {
        finalityAsks.removeAll { $0 == node }
        send(.finality(node: node, .success(finality)))
    }

    mutating func answerPoll(_ node: Int, _ tip: Header, isSynced: Bool = true) {
        answerPoll(node, .success(NodeState(tip: tip, lack: isSynced ? nil : "it downloads")))
    }

    mutating func answerPoll(_ node: Int, _ result: Result<NodeState, NodeError>) {
        guard let index = polls.firstIndex(of: node) else {
            Issue.record("node \(node) was not asked for its state")
            return
        }
        polls.remove(at: index)
        send(.state(node: node, result))
    }

    mutating func answerHeader(_ result: Result<Header?, NodeError>) {
        guard !headerAsks.isEmpty else {
            Issue.record("no header was asked for")
            return
        }
        let ask = headerAsks.removeFirst()
        send(.header(node: ask.node, height: ask.height, result))
    }

    /// Answers the first request for headers, or the first one to `node`.
    mutating func answerHeaders(node: Int? = nil, _ result: Result<[Header]?, NodeError>) {
        guard let index = headersAsks.firstIndex(where: { node == nil || $0.node == node }) else {
            Issue.record("no headers were asked for")
            return
        }
        let ask = headersAsks.remove(at: index)
        send(.headers(node: ask.node, after: ask.after, result))
    }

    mutating func answerFetch(_ height: Int, _ result: Result<Block?, NodeError>) {
        guard let index = fetches.firstIndex(where: { $0.reference.height == Int64(height) }) else {
            Issue.record("block \(height) was not asked for")
            return
        }
        let fetch = fetches.remove(at: index)
        send(.block(node: fetch.node, fetch.reference, result))
    }

    /// Serves everything that is asked for from `chain` until nothing is but steps and polls.
    mutating func serve(_ chain: ModelChain) {
        serve(Array(repeating: chain, count: machine.settings.nodeCount))
    }

    /// Serves everything from the chain of the node that is asked; one without a chain is out of reach.
    mutating func serve(_ chains: [ModelChain?]) {
        let unreachable = NodeError(.unreachable, "connection refused")
        while true {
            if let ask = headerAsks.first {
                answerHeader(
                    chains[ask.node].map { chain in
                        let exists = chain.blocks.indices.contains(Int(ask.height))
                        return .success(exists ? chain.header(Int(ask.height)) : nil)
                    } ?? .failure(unreachable))
            } else if let ask = headersAsks.first {
                answerHeaders(
                    chains[ask.node].map { chain in
                        .success(chain.headers(after: ask.after, upTo: Int(chain.tip.height), limit: ask.limit))
                    } ?? .failure(unreachable))
            } else if let fetch = fetches.first {
                let height = Int(fetch.reference.height)
                answerFetch(
                    height,
                    chains[fetch.node].map { chain in
                        .success(chain.contains(fetch.reference) ? chain.blocks[height] : nil)
                    } ?? .failure(unreachable))
            } else if let doubt = doubts.first {
                let answer = chains[doubt.node].map { $0.contains(doubt.reference) || remembersStaleBlocks }
                answerDoubt(answer.map { .success($0) } ?? .failure(unreachable))
            } else {
                return
            }
        }
    }

    mutating func answerDoubt(_ result: Result<Bool, NodeError>) {
        guard !doubts.isEmpty else {
            Issue.record("nobody was asked whether it knows a block")
            return
        }
        let ask = doubts.removeFirst()
        send(.known(node: ask.node, ask.reference, result))
    }

    mutating func endStep(_ outcome: StepOutcome) {
        #expect(step != nil, "there is a step to end")
        step = nil
        send(.stepDone(outcome))
    }

    /// Commits the whole of the step in flight.
    mutating func commitStep() {
        switch step {
        case .start(let headers): endStep(.committed(through: headers[headers.count - 1].reference))
        case .connect(let blocks): endStep(.committed(through: blocks[blocks.count - 1].reference))
        case .disconnect(let block): endStep(.committed(through: block))
        case .finalize: if let cursor = machine.cursor { endStep(.committed(through: cursor)) }
        case .register, .sight, .observe: endStep(.nothingToDo)
        case nil: Issue.record("no step is in flight")
        }
    }

    /// Commits step after step, serving `chain` in between, until none is in flight.
    mutating func settle(_ chain: ModelChain) {
        serve(chain)
        while step != nil {
            commitStep()
            serve(chain)
        }
    }

    /// Answers every poll that is due, the next one if none is, and what is asked because of it. Observations are
    /// committed, other steps are left in flight.
    mutating func poll(_ chains: ModelChain?...) { poll(chains) }

    mutating func poll(_ chains: [ModelChain?]) {
        if polls.isEmpty { pass(.seconds(5)) }
        for node in polls {
            answerPoll(
                node,
                chains[node].map { .success(NodeState(tip: $0.tip)) }
                    ?? .failure(NodeError(.unreachable, "connection refused")))
        }
        serve(chains)
        while observing != nil {
            endStep(.nothingToDo)
            serve(chains)
        }
    }

    /// Polls and commits whatever is to be committed, this many times.
    mutating func follow(_ chains: ModelChain?..., polls: Int = 1) {
        for _ in 0..<polls {
            poll(chains)
            while step != nil {
                commitStep()
                serve(chains)
            }
        }
    }

    // MARK: What is in flight

    /// The heights that the `connect` in flight would connect; nil when there is none.
    var connecting: [Int64]? {
        guard case .connect(let blocks) = step else { return nil }
        return blocks.map(\.header.height)
    }

    /// The block that the `disconnect` in flight would go back to; nil when there is none.
    var disconnectingTo: BlockReference? {
        guard case .disconnect(let block) = step else { return nil }
        return block
    }

    var observing: Observation? {
        guard case .observe(let observation) = step else { return nil }
        return observation
    }
}

extension Desk {
    /// The driver lost the step: a `resumed` takes the place of its outcome.
    mutating func forgetStep() { step = nil }
}
