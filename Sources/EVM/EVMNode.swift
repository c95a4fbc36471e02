public import Chain
public import NodeHTTP
internal import Synchronization

/// A node of the EVM family over JSON-RPC (geth, Nethermind, Besu, Erigon, Reth, or a provider of them). Blocks are
/// asked for by hash, and `pending` never is; what the node says of them is proved before it is handed on.
public final class EVMNode: ChainNode {
    /// What is read of the coin's movements.
    public enum NativeTransfers: String, Sendable, CaseIterable {
        /// The value of transactions alone.
        case topLevel = "top_level"
        /// What contracts pay too, by `debug_traceBlockByHash`, or `trace_block` where there is no such thing. The two
        /// number calls differently, for the latter leaves out those of precompiled contracts: have nodes of one kind.
        case traces
    }

    public let chain: EVMChain
    public let nativeTransfers: NativeTransfers
    let rpc: JSONRPCClient
    let decoder: BlockDecoder
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - unindexed: contracts whose Transfer logs have sender and recipient in the data.
    ///   - http: may be shared with other nodes.
    ///   - endpoint: the node's RPC address.
    public init(
        _ chain: EVMChain, nativeTransfers: NativeTransfers = .topLevel, verification: Verification = .roots,
        unindexed: Set<WatchKey> = [], http: HTTPClient, endpoint: NodeEndpoint
    ) {
        self.chain = chain
        self.nativeTransfers = nativeTransfers
        rpc = JSONRPCClient(http: http, endpoint: endpoint)
        decoder = BlockDecoder(chain, verification, unindexed: unindexed)
    }

    public var name: String { rpc.endpoint.origin }

    public var places: Set<NodePlace> { [rpc.endpoint.place] }

    /// What is known of the node as long as it stays reachable: another may take its place.
    struct Memory {
        /// It serves our chain.
        var isOurs = false
        var blockReceipts = Offer()
        var rawTransactions = Offer()
        var hasCallTracer = true
    }

    func recall<Value>(_ part: (Memory) -> Value) -> Value { memory.withLock { part($0) } }

    func remember(_ change: (inout Memory) -> Void) { memory.withLock { change(&$0) } }

    /// Makes sure that the node serves our chain.
    func session() async throws(NodeError) {
        if recall({ $0.isOurs }) { return }
        let text = try await call("eth_chainId")
        let id: UInt256
        do { id = try UInt256(json: text, "the chain id") } catch { throw NodeError(error, from: name) }
        guard id == UInt256(chain.id) else {
            throw NodeError(
                .wrongChain,
                "\(name) serves the chain with the id \(rpc.endpoint.printable(text)), not \(chain.id)"
            )
        }
        if let genesis = chain.genesis,
            let text = try await call("eth_getBlockByNumber", ["0x0", false], nilFor: [.absent, .pruned])
        {
            // Not hashed again: first blocks have had headers of their own kind, and a node that lies can give this one.
            let first: Hash256
            do { first = try AnswerObject(text).requireHash("hash") } catch {
                throw NodeError(.malformed, "\(name): its first block is none: \(error)")
            }
            guard first == genesis else {
                throw NodeError(
                    .wrongChain, "\(name): its first block is \(first), that of chain \(chain.id) is \(genesis)")
            }
        }
        remember { $0.isOurs = true }
    }

    // MARK: Calls

    /// The JSON text of the result.
    func call(
        _ method: String, _ arguments: [JSONValue] = [], deadline: Duration = .seconds(30),
        maximumBytes: Int = 8 << 20
    ) async throws(NodeError) -> ArraySlice<UInt8> {
        do {
            return try await rpc.callForText(method, arguments, deadline: deadline, maximumBytes: maximumBytes)
        } catch {
            throw failure(error)
        }
    }

    /// The JSON text of the result; nil when it is null, or the node's error is one of `faults`.
    func call(
        _ method: String, _ arguments: [JSONValue], nilFor faults: [NodeFault], deadline: Duration = .seconds(30),
        maximumBytes: Int = 8 << 20
    ) async throws(NodeError) -> ArraySlice<UInt8>? {
        do {
            let text = try await rpc.callForText(method, arguments, deadline: deadline, maximumBytes: maximumBytes)
            return text.isEqual(to: "null") ? nil : text
        } catch {
            if let fault = error.fault, faults.contains(fault) { return nil }
            throw failure(error)
        }
    }

    /// The JSON texts of the results of many calls, in requests as large as the node takes them.
    /// - Parameter maximumBytes: of one request's answer.
    func batch(_ calls: [RPCCall], maximumBytes: Int = 32 << 20) async throws(NodeError) -> [ArraySlice<UInt8>] {
        do throws(RPCError) {
            let results = try await rpc.texts(
                of: calls, allOrNothing: true, deadline: .seconds(60), maximumBytes: maximumBytes)
            var texts: [ArraySlice<UInt8>] = []
            for result in results { texts.append(try result.get()) }
            return texts
        } catch {
            throw failure(error)
        }
    }

    func failure(_ error: RPCError) -> NodeError {
        let failure = NodeError(error)
        if failure.code == .unreachable { remember { $0 = Memory() } }
        return failure
    }
}
