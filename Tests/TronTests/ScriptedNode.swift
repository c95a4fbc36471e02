import Chain
import Foundation
import NodeHTTP
import Synchronization
import TestSupport

@testable import Tron

/// A node that serves a chain of made blocks, and what else a test tells it to. It serves until the tests end.
final class ScriptedNode: Sendable {
    /// Instead of the node's usual answer; nil for that one.
    typealias Script = @Sendable (LoopbackConnection.Request) -> ScriptedHTTP.Reply?

    private struct Contents {
        var best: [MadeBlock] = []
        var known: [Hash256: MadeBlock] = [:]
        var requests: [String] = []
    }

    private let contents = Mutex(Contents())
    private let url = Mutex("")
    static let http = HTTPClient()

    init(_ chain: [MadeBlock], _ script: @escaping Script = { _ in nil }) throws {
        follow(chain)
        let server = try ScriptedHTTP { request in
            self.contents.withLock { $0.requests.append(request.path) }
            return script(request) ?? .init(200, self.answer(to: request))
        }
        url.withLock { $0 = server.url }
    }

    /// Its best chain is this from now on; it keeps what it had.
    func follow(_ chain: [MadeBlock]) {
        contents.withLock { contents in
            contents.best = chain
            for block in chain { contents.known[block.id] = block }
        }
    }

    /// How often each path was asked for.
    var requests: [String: Int] {
        Dictionary(grouping: contents.withLock { $0.requests }, by: { $0 }).mapValues(\.count)
    }

    func forgetRequests() { contents.withLock { $0.requests = [] } }

    /// - Parameter now: the time, which stands still where a test does not let it pass: on a busy machine a test may wait
    ///   for longer than what the node said counts as new.
    func node(
        _ chain: TronChain = TronChain(String(repeating: "00", count: 32))!, budget: RequestBudget? = nil,
        now: (@Sendable () -> ContinuousClock.Instant)? = nil
    ) throws -> TronNode {
        let start = ContinuousClock.now
        return TronNode(
            chain, decoder: BlockDecoder(), http: Self.http,
            endpoint: try NodeEndpoint(url: url.withLock { $0 }, budget: budget), now: now ?? { start })
    }

    private func answer(to request: LoopbackConnection.Request) -> String {
        let parameters = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any] ?? [:]
        let isDetailed = parameters["detail"] as? Bool ?? true
        let (best, known) = contents.withLock { ($0.best, $0.known) }
        func block(at height: Int64) -> MadeBlock? { best.first { $0.number == height } }
        func json(_ block: MadeBlock?) -> String { (isDetailed ? block?.json : block?.headerAlone) ?? "{}" }
        switch request.path {
        case "/wallet/getblock" where parameters["id_or_num"] as? String == "0":
            return #"{"blockID":"\#(String(repeating: "00", count: 32))"}"#
        case "/wallet/getnowblock": return json(best.last)
        case "/walletsolidity/getblock": return json(best.dropLast(19).last)
        case "/wallet/getblock":
            let place = parameters["id_or_num"] as? String ?? ""
            return json(Int64(place).flatMap(block) ?? Hash256(hex: place).flatMap { known[$0] })
        case "/wallet/getblockbylimitnext":
            let start = (parameters["startNum"] as? NSNumber)?.int64Value ?? 0
            let end = min((parameters["endNum"] as? NSNumber)?.int64Value ?? 0, start + 100)
            let blocks = best.filter { ($0.number >= start) && ($0.number < end) }
            return blocks.isEmpty ? "{}" : #"{"block":[\#(blocks.map(\.json).joined(separator: ","))]}"#
        case "/wallet/gettransactioninfobyblocknum":
            return block(at: (parameters["num"] as? NSNumber)?.int64Value ?? 0)?.infos ?? "[]"
        case "/wallet/gettransactioninfobyid":
            let found = best.lazy.flatMap { block in block.transactions.map { (block, $0) } }
                .first { "\($0.1.id)" == parameters["value"] as? String }
            return found.map { $0.1.info(in: $0.0) } ?? "{}"
        case "/wallet/getaccount": return #"{"address":"\#(Data.customer.hex)","balance":1234567}"#
        case "/wallet/getnodeinfo": return #"{"configNodeInfo":{"codeVersion":"4.8.0"}}"#
        default: return "{}"
        }
    }
}

extension MadeBlock {
    /// As it comes without `detail`.
    var headerAlone: String {
        json.firstRange(of: #","transactions":"#).map { json[..<$0.lowerBound] + "}" } ?? json
    }

    /// Linked blocks of one payment each but for every third, which is empty.
    static func chain(_ count: Int, from first: Int64 = 60_000_000, salt: Int64 = 0, on parent: MadeBlock? = nil) throws
        -> [MadeBlock]
    {
        var blocks: [MadeBlock] = []
        for number in first..<first + Int64(count) {
            var block = MadeBlock()
            block.number = number
            block.timestamp = 1_700_000_000_000 + (number - 60_000_000) * 3_000 + salt
            block.parent = Array((blocks.last ?? parent)?.id.bytes ?? [])
            if number % 3 != 0 {
                block.transactions = [try .transfer(5, to: .customer, salt: number * 1_000 + salt)]
            }
            blocks.append(block)
        }
        return blocks
    }

    var reference: BlockReference { BlockReference(height: number, hash: id) }
}
