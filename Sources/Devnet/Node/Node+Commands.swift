internal import Chain
internal import NodeHTTP

/// The commands below `/devnet/`. They go by all faults.
extension Node {
    /// - Parameter now: the time of a block that is mined, in milliseconds; nil: the slot after the last one.
    mutating func command(_ name: String, _ parameters: Parameters, now: Int64?) -> Reply {
        do {
            switch name {
            case "state": return .answer(state)
            case "mine": try mine(parameters, now: now)
            case "address":
                try parameters.allow("number")
                let address = seed.address("address", try parameters.integer("number", in: 0...Int.max, or: 0))
                return .answer(["address": .string(address.base58), "hex": .string(address.hex)])
            case "pay":
                let id = try chain.submit(payment(parameters), result: result(parameters))
                return .answer(["txID": .string("\(id)")])
            case "fill": try fill(parameters)
            case "fork": try fork(parameters)
            case "infos":
                try parameters.allow("blocks", "kept")
                lateInfos = LateInfos(
                    blocks: try parameters.integer("blocks", in: 0...1_000_000, or: 1_000_000),
                    kept: try parameters.integer("kept", in: 0...1_000_000, or: 0))
            case "lag":
                try parameters.allow("blocks")
                lag = try parameters.integer("blocks", in: 0...1_000_000, or: 0)
            case "fail": try fail(parameters)
            case "chain":
                try parameters.allow("seed")
                let other = try parameters.integer("seed").map { Seed(number: UInt64(bitPattern: $0)) }
                otherChain = other.map {
                    Self.chain($0, solidLag: solidLag, start: start, blocks: chain.blocks.count - 1)
                }
            case "release":
                (otherChain, lag, lateInfos, faults) = (nil, 0, nil, [])
            default: return .status(404, ["error": .string("there is no command \(name.prefix(40))")])
            }
            return .answer(tip)
        } catch {
            return .refusal("\(error)")
        }
    }

    private var tip: JSONValue { ["height": .integer(chain.tip.height), "blockID": .string("\(chain.tip.id)")] }

    private mutating func mine(_ parameters: Parameters, now: Int64?) throws(RequestError) {
        try parameters.allow("blocks")
        for _ in 0..<(try parameters.integer("blocks", in: 1...1_000, or: 1)) { chain.mine(now: now) }
    }

    private mutating func fork(_ parameters: Parameters) throws {
        try parameters.allow("depth", "length", "payments")
        let depth = try parameters.integer("depth", in: 1...1_000, or: 1)
        try chain.fork(
            depth: depth, length: try parameters.integer("length", in: 1...1_000, or: depth + 1),
            payments: try parameters.choice("payments", or: ForkedPayments.same))
    }

    private mutating func fail(_ parameters: Parameters) throws(RequestError) {
        try parameters.allow("how", "path", "after", "times")
        faults.append(
            Fault(
                try parameters.choice("how", or: Fault.Effect.failure), path: parameters.text("path") ?? "/",
                skip: try parameters.integer("after", in: 0...1_000_000, or: 0),
                times: parameters.text("times") == nil
                    ? nil : try parameters.integer("times", in: 1...1_000_000, or: 1)))
    }

    /// Where the chain is and who is on it.
    var state: JSONValue {
        let participants = chain.participants
        var contracts: [String: JSONValue] = ["forwarder": .string(participants.forwarder.base58)]
        for token in participants.tokens { contracts[token.code] = .string(token.address.base58) }
        return [
            "height": .integer(chain.tip.height), "blockID": .string("\(chain.tip.id)"),
            "solidHeight": .integer(Int64(chain.solidHeight)), "genesis": .string("\(chain.blocks[0].id)"),
            "pending": .integer(Int64(chain.pending.count)), "payer": .string(participants.payer.base58),
            "contracts": .object(contracts), "requests": .integer(Int64(requests.values.reduce(0, +))),
            "requestsByPath": .object(requests.mapValues { .integer(Int64($0)) }),
        ]
    }
}
