import Chain
import Foundation
import NodeHTTP
import Synchronization
import TestSupport
import Tron

/// What following TRON costs of a provider's quota, block by block at the head, as the engine asks: after each slot, and at
/// every regular poll.
struct TronRequestsBenchmark: Benchmark {
    static let name = "tron-requests"
    static let about = "requests an hour at the head of TRON, of a scripted node"

    /// Ten minutes of one every three seconds.
    private let slots: Int
    /// A regular poll falls on every fifth slot (`poll_interval: 15s`).
    private static let slotsPerPoll = 5

    init(isQuick: Bool) { slots = isQuick ? 20 : 200 }

    func run() async throws -> [Figure] {
        // The last 19 blocks are not solidified.
        var blocks = [try MadeTronBlock(seed: 0, transactions: 10)]
        for seed in 1...30 as ClosedRange<UInt64> {
            blocks.append(try MadeTronBlock(seed: seed, transactions: 10, after: blocks.last?.reference))
        }
        let chain = Mutex(blocks)
        let requests = Mutex(0)
        let server = try ScriptedHTTP { request in
            requests.withLock { $0 += 1 }
            return .init(200, chain.withLock { Self.answer(to: request, $0) })
        }
        let clock = Mutex(ContinuousClock.now)
        let limits = RequestLimits(perSecond: 1_000, perDay: 10_000_000)
        guard let network = TronChain(Self.genesis) else { throw Fault(reason: "no chain has this id") }
        let node = TronNode(
            network, decoder: BlockDecoder(), http: HTTPClient(),
            endpoint: try NodeEndpoint(url: server.url, budget: RequestBudget(limits)),
            now: { clock.withLock { $0 } })
        var cursor = try await node.state().tip.reference
        requests.withLock { $0 = 0 }
        for slot in 1...slots {
            clock.withLock { $0 += .seconds(3) }
            let block = try MadeTronBlock(seed: UInt64(100 + slot), transactions: 10, after: cursor)
            chain.withLock { $0 = $0.suffix(30) + [block] }
            for _ in 0..<(slot.isMultiple(of: Self.slotsPerPoll) ? 2 : 1) {
                _ = try await node.state()
                _ = try await node.finality()
            }
            for header in try await node.headers(after: cursor, limit: 500) ?? [] {
                guard try await node.block(header.reference) != nil else { throw Fault(reason: "a block is missing") }
                cursor = header.reference
            }
        }
        guard let tip = chain.withLock({ $0.last?.reference }), cursor == tip else {
            throw Fault(reason: "the head was not reached")
        }
        let hourly = Double(requests.withLock { $0 } * 1_200 / slots)
        return [
            Figure(
                "TRON, requests at the head", hourly, "an hour",
                // 100,000 a day (developers.tron.network).
                beside: .init(name: "a free TronGrid key has", value: 100_000.0 / 24), limit: 0.8)
        ]
    }

    private struct Fault: Error { let reason: String }

    private static let genesis = String(repeating: "00", count: 32)

    private static func answer(to request: LoopbackConnection.Request, _ chain: [MadeTronBlock]) -> String {
        let parameters = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any] ?? [:]
        func text(_ bytes: [UInt8]?) -> String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "{}" }
        switch request.path {
        case "/wallet/getblock" where parameters["id_or_num"] as? String == "0": return #"{"blockID":"\#(genesis)"}"#
        case "/wallet/getnowblock": return text(chain.last?.block)
        case "/walletsolidity/getblock": return text(chain.dropLast(19).last?.block)
        case "/wallet/getblock":
            let place = parameters["id_or_num"] as? String ?? ""
            return text(chain.first { "\($0.reference.hash)" == place || "\($0.reference.height)" == place }?.block)
        case "/wallet/gettransactioninfobyblocknum":
            let number = (parameters["num"] as? NSNumber)?.int64Value
            return text(chain.first { $0.reference.height == number }?.infos)
        default: return "{}"
        }
    }
}
