import Chain
import TestSupport

@testable import Sync

/// A machine among nodes whose chains fork, lag, fail and reorganize at random, over a database that keeps every header.
/// One of them, node 0, is honest: sooner or later it has the best chain. The same seed, the same history.
struct ForkTree {
    static let depth = 40
    /// No branch leaves another one below this height, and none grows higher than the depth above it.
    private static let root = 10

    private(set) var machine: NetworkMachine
    private var random: SplitMix64
    private var now = Instant(.zero)
    private var wakeAt: Instant?
    private var asks: [Ask] = []
    private var step: StepPlan?
    private(set) var halt: String?
    private(set) var progress: Progress?

    /// Our chain as it is committed.
    private(set) var stored: [Header]
    /// The chain with the most work of all.
    private(set) var best = ModelChain(length: 20)
    /// What each node has; nil while it is out of reach.
    private var chains: [ModelChain?]
    /// Every chain that some node ever had.
    private var versions: [ModelChain]
    private var branches: UInt64 = 0

    /// The last two states that each node gave, newest last, each with the chain that it had then.
    private var states: [[ModelChain]]
    private var voucher: Int?
    private(set) var disconnects = 0
    /// What happened that should not have.
    private(set) var faults: [String] = []

    private enum Ask {
        case state(node: Int)
        case headers(node: Int, after: BlockReference, limit: Int)
        case block(node: Int, BlockReference)
        case known(node: Int, BlockReference)
    }

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...4, using: &random)
        var settings = NetworkMachine.Settings(nodeCount: count, start: .tip, maxReorgDepth: Self.depth)
        settings.headersMaximum = [2, 5, 500].randomElement(using: &random)!
        settings.fetchesInFlightMaximum = 4
        settings.blocksBufferedMaximum = 8
        settings.runLengthMaximum = 3
        machine = NetworkMachine(settings)
        stored = best.window(Int.random(in: 15...20, using: &random))
        chains = Array(repeating: best, count: count)
        versions = [best]
        states = Array(repeating: [], count: count)
        resume()
    }

    // MARK: What happens

    mutating func play(_ events: Int) {
        for _ in 0..<events where halt == nil {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<6: mine()
            case 6..<8: reorganize()
            case 8..<16: place(Int.random(in: chains.indices, using: &random))
            case 16..<18: resume()
            case 18..<40: pass()
            case 40..<65: endStep()
            default: answer(failing: 8)
            }
        }
    }

    /// Lets node 0 have the best chain, nothing fail, and nothing change until nothing happens any more.
    mutating func calm() {
        chains[0] = best
        for _ in 0..<40 {
            var rounds = 0
            while halt == nil, !asks.isEmpty || step != nil, rounds < 1_000 {
                if asks.isEmpty { endStep(failing: 0) } else { answer(failing: 0) }
                rounds += 1
            }
            if rounds == 1_000 { faults.append("it never gets quiet") }
            now = now + .seconds(5)
            send(.woke)
        }
    }

    private mutating func mine() {
        guard best.blocks.count < Self.root + Self.depth else { return }
        best.mine(work: UInt128.random(in: 1...3, using: &random))
        versions.append(best)
    }

    /// The best chain is replaced by one with more work, which may be shorter.
    private mutating func reorganize() {
        let height = Int(best.tip.height)
        let ancestor = Int.random(in: max(Self.root, height - 6)..<height, using: &random)
        let lost = best.window(height).dropFirst(ancestor + 1).totalWork
        branches += 1
        let length = Int.random(in: 1...max(1, height - ancestor), using: &random)
        best = ModelChain(
            forking: best, above: ancestor, branch: branches, length: length, work: lost / UInt128(length) + 1)
        versions.append(best)
    }

    /// A node moves to the best chain, behind on it, to a worse branch, or out of reach.
    private mutating func place(_ node: Int) {
        let height = Int(best.tip.height)
        switch Int.random(in: 0..<(node == 0 ? 6 : 10), using: &random) {
        case 0..<4: chains[node] = best
        case 4: chains[node] = best.upTo(Int.random(in: Self.root...height, using: &random))
        case 5: chains[node] = nil
        default:
            let ancestor = Int.random(in: max(Self.root, height - 8)..<height, using: &random)
            let length = Int.random(in: 1...min(12, Self.root + Self.depth - ancestor - 1), using: &random)
            let lost = best.window(height).dropFirst(ancestor + 1).totalWork
            let work = UInt128.random(in: 0...3, using: &random)
            branches += 1
            guard work * UInt128(length) < lost else { return }
            chains[node] = ModelChain(
                forking: best, above: ancestor, branch: branches, length: length, work: work)
        }
        chains[node].map { versions.append($0) }
    }

    private mutating func pass() {
        now = [wakeAt ?? now, now + .milliseconds(200), now + .seconds(5)].randomElement(using: &random)!
        if let wake = wakeAt, wake <= now {
            wakeAt = nil
            send(.woke)
        }
    }

    private mutating func resume() {
        // A step in flight is lost with its outcome; it may have been committed.
        if let step, random.chance(50) { commit(step) }
        step = nil
        halt = nil
        states = states.map { _ in [] }
        voucher = nil
        send(.resumed(window: stored))
    }

    // MARK: Nodes

    private mutating func answer(failing percent: Int) {
        guard let index = asks.indices.randomElement(using: &random) else { return }
        let ask = asks.remove(at: index)
        let isFailing = random.chance(percent)
        let error = NodeError([.timedOut, .unreachable].randomElement(using: &random)!, "random")
        func result<Value>(_ node: Int, _ value: (ModelChain) -> Value) -> Result<Value, NodeError> {
            isFailing ? .failure(error) : chains[node].map { .success(value($0)) } ?? .failure(error)
        }
        switch ask {
        case .state(let node):
            let state = result(node) { NodeState(tip: $0.tip) }
            if case .success(let state) = state { hear(state.tip.reference, from: node) }
            send(.state(node: node, state))
        case .headers(let node, let after, let limit):
            send(
                .headers(
                    node: node, after: after,
                    result(node) { $0.headers(after: after, upTo: Int($0.tip.height), limit: limit) }))
        case .block(let node, let reference):
            // Nodes keep the blocks of branches that they left.
            let block = versions.last { $0.contains(reference) }?.blocks[Int(reference.height)]
            let answer = result(node) { _ in block }
            if case .success = answer { voucher = node }
            send(.block(node: node, reference, answer))
        case .known(let node, let reference):
            // One that only lags does not know what it has yet to hear of.
            send(.known(node: node, reference, result(node) { _ in false }))
        }
    }

    private mutating func hear(_ tip: BlockReference, from node: Int) {
        guard let chain = chains[node] else { return }
        states[node] = states[node].suffix(1) + [chain]
        if tip == machine.cursor { voucher = voucher ?? node }
    }

    // MARK: The driver and its database

    private mutating func send(_ event: NetworkMachine.Event) {
        for action in machine.handle(event, at: now) {
            switch action {
            case .askState(let node): asks.append(.state(node: node))
            case .askHeaders(let node, let after, let limit):
                asks.append(.headers(node: node, after: after, limit: limit))
            case .fetchBlock(let node, let reference): asks.append(.block(node: node, reference))
            case .askWhetherKnown(let node, let reference): asks.append(.known(node: node, reference))
            case .askFinality: faults.append("nobody watches finality")
            case .askHeader: faults.append("a single header was asked for")
            case .wake(let instant): wakeAt = instant
            case .report(.progress(let progress)): self.progress = progress
            case .report: break
            case .halt(let reason): halt = reason
            case .perform(let plan):
                if step != nil { faults.append("two steps at once") }
                step = plan
                if case .disconnect(let block) = plan { judge(block) }
            }
        }
    }

    /// A disconnect needs a branch with more work than ours, or the word of those who vouched for our tip.
    private mutating func judge(_ block: BlockReference) {
        disconnects += 1
        guard let place = stored.firstIndex(where: { $0.reference == block }), place < stored.count - 1 else {
            faults.append("\(block) is not an ancestor of our tip")
            return
        }
        if stored.count - 1 - place > Self.depth { faults.append("too deep") }
        let ours = stored.dropFirst(place + 1)
        let isOutweighed = versions.contains {
            $0.contains(block) && $0.blocks.dropFirst(place + 1).map(\.header).totalWork > ours.totalWork
                && !$0.contains(ours[place + 1].reference)
        }
        if isOutweighed { return }
        let cursor = stored[stored.count - 1].reference
        let working = chains.indices.filter { !machine.nodes.nodes[$0].isFailing }
        if working.contains(where: { states[$0].last?.tip.reference == cursor }) { faults.append("a node has our tip") }
        let judges = voucher.map { working.contains($0) ? [$0] : working } ?? working
        let isDenied = judges.allSatisfy { judge in
            states[judge].count == 2
                && states[judge].allSatisfy { chain in
                    !chain.contains(cursor) && !stored.contains { $0.reference == chain.tip.reference }
                }
        }
        if !isDenied { faults.append("without right back to \(block), node \(voucher ?? -1) vouched") }
    }

    private mutating func endStep(failing percent: Int = 15) {
        guard let plan = step else { return }
        step = nil
        if random.chance(percent) { return send(.stepDone(.failed(retryAfter: .milliseconds(300)))) }
        commit(plan)
        switch plan {
        case .start, .connect, .disconnect:
            send(.stepDone(.committed(through: stored[stored.count - 1].reference)))
        case .register, .finalize, .sight, .observe: send(.stepDone(.nothingToDo))
        }
    }

    private mutating func commit(_ plan: StepPlan) {
        switch plan {
        case .connect(let blocks):
            // A beginning of the run may be committed by itself.
            for block in blocks.prefix(Int.random(in: 1...blocks.count, using: &random)) {
                if !block.header.follows(stored[stored.count - 1].reference) { faults.append("a block does not link") }
                stored.append(block.header)
            }
        case .disconnect(let block):
            stored.removeLast(stored.count - 1 - Int(block.height))
        case .start, .register, .finalize, .sight, .observe: break
        }
    }
}
