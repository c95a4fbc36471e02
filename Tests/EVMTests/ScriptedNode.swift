import Chain
import EVM
import NodeHTTP
import Synchronization
import TestSupport

/// A node that serves a chain of empty blocks and the recorded block, and what else a test tells it to. It serves until
/// the tests end.
final class ScriptedNode: Sendable {
    /// Instead of the node's usual answer to a method; nil for that one.
    typealias Script = @Sendable (ScriptedRPC.Call) -> ScriptedRPC.Reply?

    private struct Contents {
        var best: [ModelHeader]
        var known: [Hash256: ModelHeader] = [:]
        var calls: [String] = []
        var requests: [Int] = []
        var parameters: [String] = []
    }

    private let contents: Mutex<Contents>
    private let url = Mutex("")
    static let http = HTTPClient()
    static let chain = EVMChain(id: 1_337)

    init(
        _ chain: [ModelHeader] = ModelHeader.chain(1), batchMaximum: Int = .max,
        refusal: ScriptedHTTP.Reply = ScriptedRPC.tooLarge,
        _ script: @escaping Script = { _ in nil }
    )
        throws
    {
        contents = Mutex(Contents(best: []))
        follow(chain)
        let server = try ScriptedRPC(
            batchMaximum: batchMaximum, refusal: refusal,
            onRequest: { count in self.contents.withLock { $0.requests.append(count) } },
            { call in
                self.note(call)
                return script(call) ?? self.answer(to: call)
            })
        url.withLock { $0 = server.url }
    }

    /// Its best chain is this from now on; it keeps what it had.
    func follow(_ chain: [ModelHeader]) {
        contents.withLock { contents in
            contents.best = chain
            for header in chain { contents.known[header.reference.hash] = header }
        }
    }

    /// The methods called so far.
    var calls: [String] { contents.withLock { $0.calls } }
    /// How many calls each request had, refused ones too.
    var requests: [Int] { contents.withLock { $0.requests } }
    /// All parameters of these calls that are strings.
    var parameters: [String] { contents.withLock { $0.parameters } }

    func count(_ method: String) -> Int { calls.count { $0 == method } }

    func node(
        _ chain: EVMChain = ScriptedNode.chain, _ native: EVMNode.NativeTransfers = .topLevel
    ) throws -> EVMNode {
        EVMNode(
            chain, nativeTransfers: native, http: Self.http, endpoint: try NodeEndpoint(url: url.withLock { $0 }))
    }

    private func note(_ call: ScriptedRPC.Call) {
        contents.withLock { contents in
            contents.calls.append(call.method)
            contents.parameters += call.parameters.compactMap { $0 as? String }
        }
    }

    private func answer(to call: ScriptedRPC.Call) -> ScriptedRPC.Reply {
        let recorded = "0x\(RecordedBlock.reference.hash)"
        switch call.method {
        case "eth_chainId": return .result("\"0x539\"")
        case "eth_syncing": return .result("false")
        case "web3_clientVersion": return .result("\"Geth/v1.14.12-stable-293a300d/linux-amd64/go1.23.2\"")
        case "eth_getBlockByNumber":
            return .result(
                contents.withLock { contents in
                    let place = call.text(0)
                    let header =
                        place == "latest"
                        ? contents.best.last
                        : Int64(place.dropFirst(2), radix: 16).flatMap { height in
                            contents.best.first { $0.reference.height == height }
                        }
                    return header?.json ?? "null"
                })
        case "eth_getBlockByHash" where call.text(0) == recorded: return .result(RecordedBlock.block)
        case "eth_getBlockByHash":
            return .result(
                contents.withLock { contents in
                    Hash256(hex: call.text(0).dropFirst(2)).flatMap { contents.known[$0] }?.json ?? "null"
                })
        case "eth_getBlockReceipts": return .result(call.text(0) == recorded ? RecordedBlock.receipts : "null")
        case "eth_getTransactionReceipt":
            let index = RecordedBlock.transactions.firstIndex { "0x\($0)" == call.text(0) }
            return .result(index.map { RecordedBlock.receipt($0) } ?? "null")
        case "debug_traceBlockByHash": return .result(RecordedBlock.calls)
        case "eth_getTransactionByHash": return .result("null")
        case "trace_block": return .result(RecordedBlock.traces)
        default: return .error(-32_601, "the method \(call.method) does not exist/is not available")
        }
    }
}

extension RecordedBlock {
    /// One of the receipts.
    static func receipt(_ index: Int) -> String {
        var scanner = JSONScanner(Array(receipts.utf8)[...])
        do {
            try scanner.openArray()
            for _ in 0..<index {
                _ = try scanner.nextElement()
                _ = try scanner.value()
            }
            _ = try scanner.nextElement()
            return String(decoding: try scanner.value(), as: UTF8.self)
        } catch {
            return "null"
        }
    }
}

/// The error that `call` throws; nil when it throws none.
func failure(_ call: () async throws -> Void) async -> NodeError? {
    do { try await call() } catch { return error as? NodeError }
    return nil
}

func code(_ call: () async throws -> Void) async -> NodeError.Code? {
    await failure(call)?.code
}
