public import Chain
internal import Foundation
internal import NodeHTTP

extension TronNode {
    /// How long into its slot a block is expected: whoever makes it has half of the slot for it.
    private static let productionTime = Duration.milliseconds(1_500)
    /// Blocks below the tip from which on it is no news.
    private static let behind = 20
    /// How old what it said of the solidified block may be where requests are counted.
    private static let solidifiedAge = Duration.seconds(9)

    /// Nodes do not say whether they are catching up. One that is has a low tip with an old time, and by both it is
    /// judged.
    public func state() async throws(NodeError) -> NodeState {
        try await session()
        let asked = now()
        let answer = try await ask("/wallet/getnowblock", "{}", deadline: .seconds(60), maximumBytes: Maximum.block)
        guard let block = try decode({ () throws(DecodeError) in try decoder.block(answer) }) else {
            throw NodeError(.warmingUp, "\(name) has no latest block yet")
        }
        let last = recall { $0.tip?.value }
        remember { memory in
            memory.tip = Told(value: block.header, asked: asked)
            memory.shelf.put(block)
        }
        if let last, last != block.header, last.height >= block.header.height {
            doubtChain()
            try await session()
        }
        return NodeState(tip: block.header)
    }

    /// There is nothing to wait at: returns when the slot after the tip's is half over, by this host's clock, or the next
    /// one that is. Who is far behind the tip needs no news of it, but the requests for what he lacks.
    public func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        let (last, followed) = recall { ($0.tip?.value, $0.followed) }
        guard let tip = last, tip.hash == known else { return }
        guard tip.height - followed <= Self.behind else {
            try? await Task.sleep(for: timeout)
            return
        }
        let now = Duration.seconds(Date().timeIntervalSince1970)
        let slot = TronChain.blockTime
        var moment = Duration.seconds(tip.time) + slot + Self.productionTime
        if moment <= now { moment += slot * Int((now - moment) / slot + 1) }
        try? await Task.sleep(for: min(moment - now, timeout))
    }

    /// The block that `/walletsolidity` has as its latest.
    public func finality() async throws(NodeError) -> [FinalityTag: BlockReference] {
        try await session()
        let isCounted = solidity.endpoint.budget != nil
        if isCounted, let told = recall({ $0.solidified }), now() - told.asked < Self.solidifiedAge {
            return [.solidified: told.value]
        }
        let asked = now()
        let answer = try await ask("/walletsolidity/getblock", #"{"detail":false}"#, at: solidity)
        guard let header = try decode({ () throws(DecodeError) in try decoder.header(answer) }) else { return [:] }
        remember { $0.solidified = Told(value: header.reference, asked: asked) }
        return [.solidified: header.reference]
    }

    /// Of `configNodeInfo`; nil where the node keeps it to itself, as providers do.
    public func software() async throws(NodeError) -> NodeSoftware? {
        let answer: ArraySlice<UInt8>
        do throws(NodeError) {
            answer = try await ask("/wallet/getnodeinfo", "{}", maximumBytes: 4 << 20)
        } catch {
            if error.code == .refused { return nil }
            throw error
        }
        let text = try? AnswerObject(answer).object("configNodeInfo").text("codeVersion")
        return text.flatMap { NodeVersion(String(decoding: $0.prefix(40), as: UTF8.self)) }
            .map { NodeSoftware(name: "java-tron", version: $0) }
    }

    /// The longest answers that are taken in. A block has 2 MB, in JSON several times as much.
    enum Maximum {
        static let block = 32 << 20
        static let blocks = 256 << 20
        static let infos = 128 << 20
    }

    func decode<Value>(_ read: () throws(DecodeError) -> Value) throws(NodeError) -> Value {
        do throws(DecodeError) { return try read() } catch { throw NodeError(error, from: name) }
    }
}
