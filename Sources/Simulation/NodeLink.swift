import Chain

/// What lies between one daemon and one node.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class NodeLink: @unchecked Sendable {
    private let loop: Loop
    private let weather: Weather
    private let target: String
    private var random: SplitMix64

    init(loop: Loop, weather: Weather, target: String, random: SplitMix64) {
        self.loop = loop
        self.weather = weather
        self.target = target
        self.random = random
    }

    func send<Value>(
        empty: Value?, lie: @escaping () -> Value?, _ body: @escaping () -> Value,
        _ answer: @escaping (Result<Value, NodeError>) -> Void
    ) {
        var latency = random.duration(.milliseconds(1) ... .milliseconds(40))
        func fails(_ fault: Fault, _ percent: Int) -> Bool {
            weather.has(fault, at: target) && random.chance(percent)
        }
        if fails(.nodeDown, 100) {
            weather.fire(.nodeDown)
            let isSilent = random.chance(20)
            return loop.after(isSilent ? .seconds(5) : latency) {
                answer(.failure(NodeError(isSilent ? .timedOut : .unreachable, "\(self.target) is down")))
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
        loop.after(latency) { [weather] in
            if isWrong, let lie = lie() {
                weather.fire(.nodeWrong)
                answer(.success(lie))
            } else if isWrong, isMalformed {
                weather.fire(.nodeWrong)
                answer(.failure(NodeError(.malformed, "nonsense")))
            } else if isEmpty, let empty {
                weather.fire(.nodeEmpty)
                answer(.success(empty))
            } else {
                answer(.success(body()))
            }
        }
    }

    /// A tip that is not the node's own: some block below it, or one above that nobody has.
    func otherTip(of node: ModelNode) -> Header? {
        if random.chance(50) {
            let tip = node.header
            return Header(
                reference: BlockReference(height: tip.height + 1, hash: Hash256(9, random.next(), 0, 0)),
                parent: random.chance(50) ? tip.hash : Hash256(9, 9, 9, 9), time: tip.time, work: tip.work)
        }
        let path = node.path
        return node.tree.nodes[path[max(0, path.count - 1 - random.int(1...3))]].header
    }

    /// Headers that do not link, or are fewer than there are.
    func disarranged(_ headers: [Header]) -> [Header] {
        guard headers.count > 1 else { return [] }
        return switch random.int(0...2) {
        case 0: Array(headers.dropFirst())
        case 1: Array(headers.reversed())
        default: Array(headers.dropLast(random.int(1...headers.count)))
        }
    }
}
