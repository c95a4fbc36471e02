import Chain

/// What lies between one daemon and one node.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class NodeLink: @unchecked Sendable {
    /// The first pause of the machine after a node's failure, or a little less.
    private static let pauseMinimum = Duration.milliseconds(450)

    private let loop: Loop
    private let weather: Weather
    private let testimony: Testimony
    private let node: ModelNode
    private let latency: ClosedRange<Duration>
    let sabotage: ModelDatabase.Sabotage?
    private var random: SplitMix64
    /// Lies that are a fault of the node's as such, each with when it was told: is the node left alone after it?
    private var watched: [(number: Int, at: Duration)] = []
    /// Lies about a block's trace, by its hash: does the daemon find out?
    private var traces: [Hash256: [Int]] = [:]
    private(set) var finalityTold: [FinalityTag: BlockReference] = [:]

    init(
        to node: ModelNode, latency: ClosedRange<Duration>, loop: Loop, weather: Weather, testimony: Testimony,
        sabotage: ModelDatabase.Sabotage?, random: SplitMix64
    ) {
        self.sabotage = sabotage
        self.node = node
        self.latency = latency
        self.loop = loop
        self.weather = weather
        self.testimony = testimony
        self.random = random
    }

    /// What a node may say that is not so: which lies, and what each amounts to now.
    struct Lies<Value> {
        /// Told by a node that says wrong things at random.
        var atRandom: () -> (Lie, Value)? = { nil }
        var kinds: [Lie] = []
        /// Nil where there is nothing to lie about. A failure is what the adapter makes of it.
        var tell: (Lie) -> Result<Value, NodeError>? = { _ in nil }
    }

    /// - Parameter isMachines: the machine asks, which leaves nodes alone that failed it.
    func send<Value>(
        empty: Value?, _ lies: Lies<Value>, isMachines: Bool, _ body: @escaping () -> Value,
        _ answer: @escaping (Result<Value, NodeError>) -> Void
    ) {
        if isMachines { noteQuestion() }
        let target = node.name
        var latency = random.duration(latency)
        func fails(_ fault: Fault, _ percent: Int) -> Bool {
            weather.has(fault, at: target) && random.chance(percent)
        }
        if fails(.nodeDown, 100) {
            weather.fire(.nodeDown)
            let isSilent = random.chance(20)
            return loop.after(isSilent ? .seconds(5) : latency) {
                answer(.failure(NodeError(isSilent ? .timedOut : .unreachable, "\(target) is down")))
            }
        }
        if fails(.nodeRateLimited, 60) {
            weather.fire(.nodeRateLimited)
            let pause: Duration? = random.chance(50) ? random.duration(.seconds(1) ... .seconds(5)) : nil
            return loop.after(latency) {
                answer(.failure(NodeError(.rateLimited, "too many requests", retryAfter: pause)))
            }
        }
        if fails(.nodeSlow, 50) {
            weather.fire(.nodeSlow)
            latency = random.duration(.milliseconds(500) ... .seconds(8))
        }
        let isWrong = fails(.nodeWrong, 40)
        let isEmpty = fails(.nodeEmpty, 50)
        let isMalformed = random.chance(30)
        loop.after(latency) { [self] in
            if isWrong, let (lie, value) = lies.atRandom() {
                weather.fire(.nodeWrong)
                note(lie)
                answer(.success(value))
            } else if isWrong, isMalformed {
                weather.fire(.nodeWrong)
                testimony.note(.nonsense, by: node, fate: .refused)
                answer(.failure(NodeError(.malformed, "nonsense")))
            } else if isEmpty, let empty {
                weather.fire(.nodeEmpty)
                answer(.success(empty))
            } else if let lie = lie(lies) {
                answer(lie)
            } else {
                answer(.success(body()))
            }
        }
    }

    // MARK: Lies

    /// The first of these lies that the node tells now, with what it amounts to.
    private func lie<Value>(_ lies: Lies<Value>) -> Result<Value, NodeError>? {
        for lie in lies.kinds {
            guard tells(lie), let answer = lies.tell(lie) else { continue }
            if case .failure = answer { testimony.note(lie, by: node, fate: .refused) } else { note(lie) }
            return answer
        }
        return nil
    }

    private func tells(_ lie: Lie) -> Bool {
        if lie == .wrongHash, node.isLiar { return true }
        if lie == .emptyClaim, node.isBoaster { return true }
        if lie == .falseAgreement, sabotage == .echoes { return true }
        return weather.tells(lie, by: node.name) && random.chance(lie == .falseAgreement ? 100 : 60)
    }

    private func note(_ lie: Lie) {
        let number = testimony.note(lie, by: node)
        if lie == .unlinkedHeaders || lie == .missingBlock { watched.append((number, loop.now)) }
    }

    private func noteQuestion() {
        for (number, at) in watched where loop.now - at >= Self.pauseMinimum {
            testimony.settle(number, .distrusted)
        }
        watched = []
    }

    func noteTrace(_ lie: Lie, of block: Hash256) {
        traces[block, default: []].append(testimony.told.count)
    }

    /// The node's own balances don't bear out what it said of this block.
    func refuted(_ block: Hash256) {
        for number in traces.removeValue(forKey: block) ?? [] where number < testimony.told.count {
            testimony.settle(number, .refused)
        }
    }

    func noteInvented(_ block: BlockReference) { testimony.note(.inventedBranch, by: node, block: block) }

    func noteFinality(_ said: [FinalityTag: BlockReference]) {
        finalityTold = said
        testimony.note(said, by: node)
    }

    // MARK: What they are

    /// A tip that is not the node's own: some block below it, or one above that nobody has.
    func otherTip() -> (Lie, Header) {
        if random.chance(50) { return (.tipBeyond, tipBeyond()) }
        return (.staleTip, staleTip())
    }

    func tipBeyond() -> Header {
        let tip = node.header
        return Header(
            reference: BlockReference(height: tip.height + 1, hash: Hash256(9, random.next(), 0, 0)),
            parent: random.chance(50) ? tip.hash : Hash256(9, 9, 9, 9), time: tip.time, work: tip.work)
    }

    /// A tip that comes a thousand blocks after the node's own, the same for as long as that is.
    func emptyClaim() -> Header {
        let tip = node.header
        return Header(
            reference: BlockReference(height: tip.height + 1_000, hash: Hash256(9, 9, UInt64(tip.height), 1)),
            parent: Hash256(9, 9, 9, 9), time: tip.time, work: tip.work)
    }

    func staleTip() -> Header {
        let path = node.path
        return node.tree.nodes[path[max(0, path.count - 1 - random.int(1...3))]].header
    }

    /// Headers that do not link, or are fewer than there are.
    func disarranged(_ headers: [Header]) -> (Lie, [Header]) {
        guard headers.count > 1 else { return (.fewerHeaders, []) }
        return switch random.int(0...2) {
        case 0: (.unlinkedHeaders, Array(headers.dropFirst()))
        case 1: (.unlinkedHeaders, Array(headers.reversed()))
        default: (.fewerHeaders, Array(headers.dropLast(random.int(1...headers.count))))
        }
    }

    /// The same with one transfer of those within calls paying otherwise; nil when there is none.
    func altered(_ block: Block) -> Block? {
        let nested = block.transfers.indices.filter { !block.transfers[$0].isProved }
        guard !nested.isEmpty else { return nil }
        let place = random.pick(nested)
        let old = block.transfers[place]
        var transfers = block.transfers
        transfers[place] = Transfer(
            transaction: old.transaction, locator: old.locator, recipient: old.recipient,
            amount: UInt256(UInt64(old.amount.low) + UInt64(random.int(1...1_000_000))), blockIndex: old.blockIndex)
        return Block(header: block.header, transfers: transfers, spends: block.spends)
    }

    /// The same with a call within some transaction that pays one of these keys.
    func padded(_ block: Block, paying keys: [WatchKey]) -> Block? {
        guard !keys.isEmpty else { return nil }
        let invented = Transfer(
            transaction: block.transfers.first?.transaction ?? Hash256(9, random.next(), 0, 1),
            locator: .call([9, UInt32(random.int(0...9))]), recipient: random.pick(keys),
            amount: UInt256(UInt64(random.int(1...1_000_000))), blockIndex: UInt32(block.transfers.count))
        return Block(header: block.header, transfers: block.transfers + [invented], spends: block.spends)
    }
}
