import Chain

@testable import Sync

/// One network under a seed: nodes that delay, fail, lie and lag, a store that cuts runs, fails and loses commits, and
/// the machine between them. Whatever the machine does against its rules is collected in `violations`.
struct Simulation {
    /// How often, in percent, each thing goes wrong.
    struct Faults {
        var answer = 15
        var step = 15
        var lag = 20
        static let none = Faults(answer: 0, step: 0, lag: 0)
    }

    /// Something that will happen.
    private enum Happening {
        case event(NetworkMachine.Event)
        case stepEnds(StepPlan)
        case mined
    }

    var faults = Faults()
    private(set) var machine: NetworkMachine
    private(set) var chain: ModelChain
    private(set) var violations: [String] = []
    private(set) var eventCount = 0
    private(set) var progress: Progress?
    private(set) var haltReason: String?
    /// A digest of everything that the machine did, in order.
    private(set) var trace: UInt64 = 0xcbf2_9ce4_8422_2325

    private let settings: NetworkMachine.Settings
    private var random: SplitMix64
    private var now = Instant(.zero)
    private var agenda: [(at: Instant, number: Int, happening: Happening)] = []
    private var agendaNumber = 0
    private var wakeAt: Instant?
    private var stepInFlight = false
    private var fetchesInFlight = 0
    /// What the store committed: the cursor, and every height in the order of its commits since the last loss.
    private(set) var storedCursor: BlockReference?
    private(set) var firstRead: Int64?
    private(set) var committedThrough: Int64?

    init(seed: UInt64, nodes: Int, start: Start = .tip, cursor: Int? = nil, chainLength: Int) {
        random = SplitMix64(seed: seed)
        chain = ModelChain(length: chainLength, transfersPerBlock: 2)
        var settings = NetworkMachine.Settings(nodeCount: nodes, start: start, maxReorgDepth: 12)
        settings.headersMaximum = Int.random(in: 3...40, using: &random)
        settings.fetchesInFlightMaximum = Int.random(in: 1...8, using: &random)
        settings.blocksBufferedMaximum = Int.random(in: 2...30, using: &random)
        settings.transfersBufferedMaximum = Int.random(in: 1...60, using: &random)
        settings.runLengthMaximum = Int.random(in: 1...12, using: &random)
        settings.recentBlocksMaximum = 20
        self.settings = settings
        machine = NetworkMachine(settings)
        storedCursor = cursor.map(chain.reference)
        send(.resumed(cursor: storedCursor))
        plan(.mined, after: .seconds(1))
    }

    /// Runs until `isDone` or the number of further events is spent; returns whether it was done.
    mutating func run(events: Int, until isDone: (Simulation) -> Bool = { _ in false }) -> Bool {
        let last = eventCount + events
        while eventCount < last {
            if isDone(self) { return true }
            takeNext()
        }
        return isDone(self)
    }

    /// No block is mined from now on.
    mutating func stopMining() {
        agenda.removeAll { if case .mined = $0.happening { true } else { false } }
    }

    var isAtTip: Bool { storedCursor == chain.tip.reference && progress == .following }

    // MARK: Time

    private mutating func plan(_ happening: Happening, after delay: Duration) {
        agendaNumber += 1
        agenda.append((now + delay, agendaNumber, happening))
    }

    private mutating func takeNext() {
        let next = agenda.indices.min { (agenda[$0].at, agenda[$0].number) < (agenda[$1].at, agenda[$1].number) }
        if let wake = wakeAt, next.map({ wake <= agenda[$0].at }) ?? true {
            now = max(now, wake)
            wakeAt = nil
            return send(.woke)
        }
        guard let next else { return violate("nothing will ever happen again") }
        let (at, _, happening) = agenda.remove(at: next)
        now = max(now, at)
        switch happening {
        case .event(let event):
            if case .block = event { fetchesInFlight -= 1 }
            send(event)
        case .stepEnds(let plan): end(plan)
        case .mined:
            chain.mine(transfers: Int.random(in: 0...5, using: &random))
            plan(.mined, after: .milliseconds(Int.random(in: 10...20_000, using: &random)))
            if random.chance(50) {
                plan(.event(.tipHint(node: Int.random(in: 0..<settings.nodeCount, using: &random))), after: latency)
            }
            if random.chance(20) { plan(.event(.registrationsPending), after: latency) }
        }
    }

    private var latency: Duration {
        mutating get { .milliseconds(Int.random(in: 1...400, using: &random)) }
    }

    // MARK: The machine

    private mutating func send(_ event: NetworkMachine.Event) {
        eventCount += 1
        for action in machine.handle(event, at: now) { perform(action) }
        check()
    }

    private mutating func perform(_ action: NetworkMachine.Action) {
        note("\(now.sinceStart) \(action.summary)")
        switch action {
        case .askState(let node): answer(.state(node: node, state(of: node)))
        case .askHeader(let node, let height):
            answer(.header(node: node, height: height, header(at: height)))
        case .askHeaders(let node, let after, let limit):
            answer(.headers(node: node, after: after, headers(after: after, limit: limit)))
        case .fetchBlock(let node, let reference):
            fetchesInFlight += 1
            answer(.block(node: node, reference, block(reference)))
        case .perform(let step):
            if stepInFlight { violate("two steps in flight") }
            stepInFlight = true
            examine(step)
            plan(.stepEnds(step), after: latency)
        case .wake(let instant):
            if instant <= now { violate("a wake that is not in the future") }
            wakeAt = instant
        case .report(.progress(let progress)): self.progress = progress
        case .report: break
        case .halt(let reason): haltReason = reason
        }
    }

    private mutating func answer(_ event: NetworkMachine.Event) {
        plan(.event(event), after: random.chance(2) ? .seconds(10) : latency)
    }

    private mutating func check() {
        let window = machine.follower.window
        if window.entries.count > 2 * settings.headersMaximum { violate("\(window.entries.count) headers held") }
        if fetchesInFlight > settings.fetchesInFlightMaximum { violate("\(fetchesInFlight) fetches in flight") }
        if window.inFlight.count != fetchesInFlight { violate("fetches in flight are miscounted") }
        let arrived = window.entries.compactMap(\.block)
        if arrived.count > settings.blocksBufferedMaximum { violate("\(arrived.count) blocks held") }
        let transfers = arrived.reduce(0) { $0 + $1.transfers.count }
        if transfers != window.transfersBuffered { violate("transfers held are miscounted") }
        if transfers > settings.transfersBufferedMaximum + 5 * (settings.fetchesInFlightMaximum + 1) {
            violate("\(transfers) transfers held")
        }
        if !stepInFlight, machine.cursor != storedCursor { violate("the machine's cursor is not the store's") }
        if machine.recent.count > settings.recentBlocksMaximum { violate("too many recent blocks") }
    }

    private mutating func violate(_ text: String) { violations.append("event \(eventCount): \(text)") }

    private mutating func note(_ text: String) {
        for byte in text.utf8 { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    // MARK: The store

    private mutating func examine(_ step: StepPlan) {
        switch step {
        case .start(let headers):
            if storedCursor != nil { violate("a start with a cursor in place") }
            if headers != headers.map({ chain.header(Int($0.height)) }) { violate("a start off the chain") }
            let heights = headers.map(\.height)
            guard let first = heights.first, let last = heights.last else { return violate("an empty start") }
            if heights != Array(first...last) || first != max(0, last - 12) { violate("a start of \(heights)") }
        case .connect(let blocks):
            if blocks.isEmpty || blocks.count > settings.runLengthMaximum { violate("a run of \(blocks.count)") }
            guard let cursor = storedCursor else { return violate("a connect before the start") }
            for (index, block) in blocks.enumerated() {
                let height = Int(cursor.height) + 1 + index
                if block.reference != chain.reference(height) { violate("\(block.reference) in place of \(height)") }
            }
        case .observe(let observation):
            if observation.cursor != storedCursor { violate("an observation of another cursor") }
            if observation.asked > now { violate("an observation from the future") }
            if !chain.contains(observation.head.tip.reference) { violate("a head off the chain") }
        case .register:
            if storedCursor == nil { violate("a registration before the start") }
        }
    }

    private mutating func end(_ step: StepPlan) {
        stepInFlight = false
        if random.chance(faults.step) {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                return send(.stepDone(.failed(retryAfter: .milliseconds(Int.random(in: 0...3_000, using: &random)))))
            case 1:
                // The outcome is unknown; the database says that it was committed, or that it was not.
                if random.chance(50) { _ = commit(step) }
                return send(.resumed(cursor: storedCursor))
            default:
                // The database was restored to an earlier moment.
                if let cursor = storedCursor, let firstRead, cursor.height > firstRead {
                    storedCursor = chain.reference(Int(Int64.random(in: firstRead...cursor.height, using: &random)))
                }
                return send(.resumed(cursor: storedCursor))
            }
        }
        send(.stepDone(commit(step)))
    }

    private mutating func commit(_ step: StepPlan) -> StepOutcome {
        switch step {
        case .start(let headers):
            storedCursor = headers.last?.reference
            firstRead = storedCursor?.height
        case .connect(let blocks):
            let count = random.chance(30) ? Int.random(in: 1...blocks.count, using: &random) : blocks.count
            storedCursor = blocks[count - 1].reference
            firstRead = firstRead ?? blocks[0].header.height
        case .register, .observe:
            if random.chance(50) { return .nothingToDo }
        }
        return storedCursor.map { .committed(through: $0) } ?? .nothingToDo
    }

    // MARK: The nodes

    /// The tip that a node shows now: the chain's own, or some blocks below it.
    private var tip: Int {
        mutating get {
            let height = chain.blocks.count - 1
            return random.chance(faults.lag) ? max(0, height - Int.random(in: 1...6, using: &random)) : height
        }
    }

    private var error: NodeError {
        mutating get {
            let codes: [NodeError.Code] = [
                .unreachable, .timedOut, .rateLimited, .rateLimited, .warmingUp, .refused, .malformed, .wrongChain,
            ]
            let pause = random.chance(50) ? Duration.milliseconds(Int.random(in: -100...5_000, using: &random)) : nil
            return NodeError(codes[Int.random(in: 0..<codes.count, using: &random)], "simulated", retryAfter: pause)
        }
    }

    private mutating func state(of node: Int) -> Result<NodeState, NodeError> {
        if random.chance(faults.answer) { return .failure(error) }
        return .success(NodeState(tip: chain.header(tip), isSynced: !random.chance(faults.answer / 3)))
    }

    private mutating func header(at height: Int64) -> Result<Header?, NodeError> {
        guard random.chance(faults.answer) else { return .success(chain.header(Int(height))) }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .success(nil)
        case 1: return .success(chain.header(Int.random(in: 0..<chain.blocks.count, using: &random)))
        default: return .failure(error)
        }
    }

    private mutating func headers(after: BlockReference, limit: Int) -> Result<[Header]?, NodeError> {
        var headers = chain.headers(after: after, upTo: tip, limit: limit)
        guard random.chance(faults.answer) else { return .success(headers) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: headers = nil
        case 1: headers = []
        case 2: headers?.reverse()
        case 3:
            if let count = headers?.count, count > 1 {
                headers?.remove(at: Int.random(in: 0..<count - 1, using: &random))
            }
        case 4: headers = headers.map { $0 + Array(repeating: chain.tip, count: limit) }
        default: return .failure(error)
        }
        return .success(headers)
    }

    private mutating func block(_ reference: BlockReference) -> Result<Block?, NodeError> {
        let block = chain.contains(reference) ? chain.blocks[Int(reference.height)] : nil
        guard let block, random.chance(faults.answer) else { return .success(block) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .success(nil)
        case 1: return .success(chain.blocks[Int.random(in: 0..<chain.blocks.count, using: &random)])
        case 2:
            let header = Header(reference: reference, parent: Hash256(0, 0, 0, 0), time: 0, work: 1)
            return .success(Block(header: header, transfers: block.transfers))
        default: return .failure(error)
        }
    }
}

extension NetworkMachine.Action {
    /// One line for a trace.
    var summary: String {
        switch self {
        case .askState(let node): "state \(node)"
        case .askHeader(let node, let height): "header \(node) \(height)"
        case .askHeaders(let node, let after, let limit): "headers \(node) \(after) \(limit)"
        case .fetchBlock(let node, let reference): "block \(node) \(reference)"
        case .perform(.start(let headers)): "start \(headers.map(\.height))"
        case .perform(.register): "register"
        case .perform(.connect(let blocks)): "connect \(blocks.map(\.header.height))"
        case .perform(.observe(let observation)):
            "observe \(observation.head.tip.height) \(observation.asked.sinceStart)"
        case .wake(let instant): "wake \(instant.sinceStart)"
        case .report(let report): "report \(report)"
        case .halt(let reason): "halt \(reason)"
        }
    }
}
