import Chain
import Synchronization

/// A chain in memory that tests extend, and a node that serves it: for what a real node can't be made to do on order.
final class ModelChain: ChainNode {
    private struct State {
        var blocks: [Block] = []
        var failure: NodeError?
        var fetched = 0
        var locked: Set<Hash256> = []
        var finality: [FinalityTag: BlockReference] = [:]
        var places: Set<NodePlace>?
    }

    let name: String
    private let state = Mutex(State())

    init(blocks count: Int, time: Int64, name: String = "model") {
        self.name = name
        for _ in 0..<count { mine([], time: time) }
    }

    /// Another node that has the same blocks for now.
    func copy() -> ModelChain {
        let copy = ModelChain(blocks: 0, time: 0)
        let blocks = state.withLock(\.blocks)
        copy.state.withLock { $0.blocks = blocks }
        return copy
    }

    /// Adds a block with these payments, ten seconds after the one before or at `time`, whichever is later. Each branch has
    /// another block at its height.
    @discardableResult
    func mine(
        _ payments: [(key: WatchKey, amount: UInt64)] = [], time: Int64 = 0, branch: UInt64 = 1
    ) -> BlockReference {
        state.withLock { state in
            let parent = state.blocks.last?.header
            let height = (parent?.height ?? -1) + 1
            let header = Header(
                reference: BlockReference(height: height, hash: Hash256(1, 1, branch, UInt64(height) + 1)),
                parent: parent?.hash ?? Hash256(0, 0, 0, 0), time: max((parent?.time ?? 0) + 10, time), work: 2)
            let transfers = payments.enumerated().map { index, payment in
                Transfer(
                    transaction: Hash256(2, UInt64(height), 0, UInt64(index)), locator: .output(0),
                    recipient: payment.key, amount: UInt256(payment.amount), blockIndex: UInt32(index))
            }
            state.blocks.append(Block(header: header, transfers: transfers))
            return header.reference
        }
    }

    /// From now on every answer is this failure; nil mends it.
    func fail(with failure: NodeError?) { state.withLock { $0.failure = failure } }

    /// Every transaction of this block has its lock.
    func lock(_ block: BlockReference) {
        state.withLock { state in
            state.locked.formUnion(state.blocks[Int(block.height)].transfers.map(\.transaction))
        }
    }

    /// Where its answers come from, as far as is known.
    var places: Set<NodePlace> { state.withLock { $0.places ?? [NodePlace(host: name)] } }

    func answers(from place: NodePlace) { state.withLock { $0.places = [place] } }

    /// The tag's block is this one from now on.
    func set(_ tag: FinalityTag, to block: BlockReference) { state.withLock { $0.finality[tag] = block } }

    func locked(_ transactions: [Hash256: BlockReference]) async throws(NodeError) -> Set<Hash256> {
        try answer { $0.locked.intersection(transactions.keys) }
    }

    func finality() async throws(NodeError) -> [FinalityTag: BlockReference] { try answer { $0.finality } }

    /// How many blocks were asked for.
    var fetched: Int { state.withLock(\.fetched) }

    private func answer<Value>(_ body: (inout State) -> Value) throws(NodeError) -> Value {
        let (value, failure) = state.withLock { (body(&$0), $0.failure) }
        if let failure { throw failure }
        return value
    }

    func state() async throws(NodeError) -> NodeState {
        NodeState(tip: try answer { $0.blocks.last!.header })
    }

    func header(at height: Int64) async throws(NodeError) -> Header? {
        try answer { state in
            state.blocks.indices.contains(Int(height)) ? state.blocks[Int(height)].header : nil
        }
    }

    func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        try answer { state in
            guard state.blocks.indices.contains(Int(block.height)), state.blocks[Int(block.height)].reference == block
            else { return nil }
            return state.blocks.dropFirst(Int(block.height) + 1).prefix(limit).map(\.header)
        }
    }

    func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        try answer { state in
            state.fetched += 1
            return state.blocks.first { $0.reference == reference }
        }
    }

    func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        let end = ContinuousClock.now + timeout
        while ContinuousClock.now < end, !Task.isCancelled, state.withLock({ $0.blocks.last?.reference.hash }) == known
        {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// Addresses of the model chain: `model-7` pays key 7.
struct ModelAddresses: AddressFormat {
    func watchKey(of address: String) throws(AddressError) -> WatchKey {
        guard address.hasPrefix("model-"), let number = UInt32(address.dropFirst(6)) else { throw .malformed }
        return Self.key(number)
    }

    func address(of key: WatchKey) -> String? { nil }

    static func key(_ number: UInt32) -> WatchKey {
        WatchKey((0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })!
    }
}
