internal import NodeHTTP

/// A node with its chain, its faults and its count of requests.
struct Node: Sendable {
    let seed: Seed
    let solidLag: Int
    /// The time of the first block, in milliseconds.
    let start: Int64
    /// What a request has to bring as TRON-PRO-API-KEY; nil: nothing.
    let apiKey: String?
    var chain: TronChain
    /// Served instead of `chain`.
    var otherChain: TronChain?
    /// How many blocks of the chain are kept back.
    var lag = 0
    var lateInfos: LateInfos?
    var faults: [Fault] = []
    /// How often each path was asked for, whatever the answer.
    var requests: [String: Int] = [:]

    init(seed: Seed, solidLag: Int, start: Int64, blocks: Int, apiKey: String? = nil) {
        self.seed = seed
        self.solidLag = solidLag
        self.start = start
        self.apiKey = apiKey
        chain = Self.chain(seed, solidLag: solidLag, start: start, blocks: blocks)
    }

    static func chain(_ seed: Seed, solidLag: Int, start: Int64, blocks: Int) -> TronChain {
        var chain = TronChain(seed: seed, solidLag: solidLag, start: start)
        for _ in 0..<blocks { chain.mine() }
        return chain
    }

    /// Answers a call of the node's own interface, `/wallet/…` or `/walletsolidity/…`.
    mutating func answer(_ path: String, _ parameters: Parameters, apiKey: String?) -> Reply {
        let parts = path.split(separator: "/")
        guard parts.count == 2, let call = WalletCall.all[parts[1].lowercased()],
            let view = view(of: String(parts[0]))
        else { return .status(404, ["Error": .string("there is no \(path.prefix(100))")]) }
        requests[path, default: 0] += 1
        if let expected = self.apiKey, expected != apiKey {
            return .status(401, ["Error": "TRON-PRO-API-KEY is missing or wrong"])
        }
        var effect: Fault.Effect?
        for index in faults.indices where effect == nil && faults[index].hits(path) { effect = faults[index].effect }
        do {
            let answer = try call(view, parameters)
            return effect.map { Self.reply($0, insteadOf: answer) } ?? .answer(answer)
        } catch {
            return .error(error)
        }
    }

    /// What is seen below a path's first part.
    private func view(of interface: String) -> View? {
        let chain = otherChain ?? chain
        let height = max(chain.blocks.count - 1 - lag, 0)
        return switch interface {
        case "wallet": View(chain: chain, height: height, lateInfos: lateInfos)
        // What is solidified has long been executed.
        case "walletsolidity": View(chain: chain, height: min(height, chain.solidHeight), lateInfos: nil)
        default: nil
        }
    }

    private static func reply(_ effect: Fault.Effect, insteadOf answer: JSONValue) -> Reply {
        switch effect {
        case .forbidden: .status(403, ["Success": false, "StatusCode": 403, "Error": "Exceed the user daily usage"])
        case .tooMany: .status(429, ["Success": false, "StatusCode": 429, "Error": "request rate exceeded"])
        case .failure: .status(500, ["Error": "class java.lang.NullPointerException : null"])
        case .unavailable: .status(503, ["Error": "The node is busy"])
        case .hang: .silence
        case .truncated: .truncated(answer)
        }
    }
}
