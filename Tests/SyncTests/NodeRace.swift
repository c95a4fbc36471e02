import Chain
import Sync
import TestSupport
import Testing

/// A machine among nodes that take their time: what it asks is answered after a while, and blocks are mined meanwhile.
struct NodeRace {
    /// How a node behaves.
    struct Entrant {
        var state: Duration = .milliseconds(20)
        var block: Duration = .milliseconds(20)
        /// How long after it was mined it has a block.
        var hearing: Duration = .zero
        /// What it answers instead, at that time, to a question for blocks or for anything.
        var blockError: @Sendable (Instant) -> NodeError? = { _ in nil }
        var error: @Sendable (Instant) -> NodeError? = { _ in nil }
    }

    /// What is answered when its time has come.
    private enum Ask {
        case state(Int), headers(Int, BlockReference, Int), block(Int, BlockReference), known(Int, BlockReference)
    }

    private(set) var machine: NetworkMachine
    private(set) var now = Instant(.zero)
    var entrants: [Entrant]
    /// Who served each block that was connected, in their order.
    private(set) var served: [(height: Int64, node: Int)] = []
    private(set) var healths: [NodeHealth]
    /// For how many blocks each node was asked.
    private(set) var asked: [Int]
    private let chain: ModelChain
    private let first: Int
    private let interval: Duration
    private var generator: SplitMix64
    private let jitter: Int
    private var queue: [(at: Instant, number: Int, what: What)] = []
    private var count = 0
    private var servers: [BlockReference: Int] = [:]
    private var step: StepPlan?

    private enum What {
        case answer(Ask)
        case woke
        case committed
    }

    /// - Parameters:
    ///   - behind: how many blocks there are at the start that are to be caught up with.
    ///   - jitter: by how many per cent each answer may take less or more time.
    init(
        _ entrants: [Entrant], behind: Int = 0, interval: Duration = .seconds(12), blocks: Int, jitter: Int = 0,
        seed: UInt64 = 1, _ adjust: (inout NetworkMachine.Settings) -> Void = { _ in }
    ) {
        self.entrants = entrants
        self.interval = interval
        self.jitter = jitter
        healths = Array(repeating: .unknown, count: entrants.count)
        asked = Array(repeating: 0, count: entrants.count)
        first = 20 + behind
        chain = ModelChain(length: first + blocks)
        generator = SplitMix64(seed: seed)
        var settings = NetworkMachine.Settings(nodeCount: entrants.count, start: .tip, maxReorgDepth: 10)
        adjust(&settings)
        machine = NetworkMachine(settings)
        send(.resumed(window: chain.window(20)))
    }

    /// Lets so much time pass.
    mutating func run(_ duration: Duration) {
        let end = now + duration
        while let next = queue.indices.min(by: { (queue[$0].at, queue[$0].number) < (queue[$1].at, queue[$1].number) }),
            queue[next].at <= end
        {
            let (at, _, what) = queue.remove(at: next)
            now = at
            switch what {
            case .woke: send(.woke)
            case .committed: commit()
            case .answer(let ask): answer(ask)
            }
        }
        now = end
    }

    /// Until the cursor is at the last block that there is.
    mutating func runToTheEnd(within limit: Duration = .seconds(36_000)) {
        let end = now + limit
        while machine.cursor != chain.tip.reference, now < end { run(.seconds(1)) }
        #expect(machine.cursor == chain.tip.reference, "it got as far as \(machine.cursor?.height ?? -1)")
    }

    /// How often another node served the next block than the last.
    var changes: Int { zip(served, served.dropFirst()).count { $0.node != $1.node } }

    /// Every block once, in order.
    var isWhole: Bool { served.map(\.height) == Array(21...Int64(20 + served.count)) }

    private mutating func send(_ event: NetworkMachine.Event) {
        for action in machine.handle(event, at: now) {
            switch action {
            case .askState(let node): ask(.state(node), of: node, entrants[node].state)
            case .askHeaders(let node, let after, let limit):
                ask(.headers(node, after, limit), of: node, entrants[node].state)
            case .fetchBlock(let node, let block):
                asked[node] += 1
                ask(.block(node, block), of: node, entrants[node].block)
            case .askWhetherKnown(let node, let block): ask(.known(node, block), of: node, entrants[node].state)
            case .perform(let plan):
                step = plan
                put(.committed, at: now + .milliseconds(2))
            case .wake(let instant): put(.woke, at: instant)
            case .report(.node(let node, let health)): healths[node] = health
            case .halt(let reason): Issue.record("halted: \(reason)")
            case .askHeader, .askFinality, .report: break
            }
        }
    }

    private mutating func put(_ what: What, at instant: Instant) {
        if case .woke = what { queue.removeAll { if case .woke = $0.what { true } else { false } } }
        count += 1
        queue.append((instant, count, what))
    }

    private mutating func ask(_ ask: Ask, of node: Int, _ delay: Duration) {
        let percent = jitter == 0 ? 100 : 100 - jitter + Int(generator.next() % UInt64(2 * jitter + 1))
        put(.answer(ask), at: now + delay * percent / 100)
    }

    /// The last block that a node has.
    private func height(of node: Int) -> Int {
        let heard = max(.zero, now - Instant(.zero) - entrants[node].hearing)
        return min(chain.blocks.count - 1, first + Int(heard / interval))
    }

    private mutating func answer(_ ask: Ask) {
        switch ask {
        case .state(let node):
            send(.state(node: node, result(of: node, NodeState(tip: chain.header(height(of: node))))))
        case .headers(let node, let after, let limit):
            let headers = chain.headers(after: after, upTo: height(of: node), limit: limit)
            send(.headers(node: node, after: after, result(of: node, headers)))
        case .block(let node, let block):
            let has = block.height <= height(of: node)
            let outcome: Result<Block?, NodeError> = result(of: node, has ? chain.blocks[Int(block.height)] : nil)
            if let error = entrants[node].blockError(now) {
                send(.block(node: node, block, .failure(error)))
            } else {
                let isNew = block.height > machine.cursor?.height ?? -1
                if case .success(.some) = outcome, isNew, servers[block] == nil { servers[block] = node }
                send(.block(node: node, block, outcome))
            }
        case .known(let node, let block):
            send(.known(node: node, block, result(of: node, block.height <= height(of: node))))
        }
    }

    private func result<Value>(of node: Int, _ value: Value) -> Result<Value, NodeError> {
        entrants[node].error(now).map { .failure($0) } ?? .success(value)
    }

    private mutating func commit() {
        let committed = step
        step = nil
        guard case .connect(let blocks) = committed, let last = blocks.last else {
            return send(.stepDone(.nothingToDo))
        }
        for block in blocks { served.append((block.header.height, servers[block.reference] ?? -1)) }
        send(.stepDone(.committed(through: last.reference)))
    }
}
