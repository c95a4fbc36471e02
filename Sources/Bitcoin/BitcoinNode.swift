public import Chain
public import NodeHTTP
internal import Synchronization

/// A node of the Bitcoin family: Bitcoin Core from 0.18 on, Litecoin Core, Dogecoin Core, Bitcoin Cash Node or Dash
/// Core. Headers and blocks come as raw bytes, over REST where the node has it (a hundredth of the node's work for the
/// verbose calls), else over JSON-RPC, and are proved before they are handed on.
///
/// Of Dash a header does not prove its hash (`Coin.provesHeaders`): that it is the block of that hash, and that work
/// was done for it, is the node's word. What is proved there is that headers link to one another, that the transactions are
/// those of the header's Merkle root, and that two answers about one block agree. Have a node of your own.
public final class BitcoinNode: ChainNode {
    public let parameters: ChainParameters
    let rpc: JSONRPCClient
    let decoder: BlockDecoder
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - http: may be shared with other nodes.
    ///   - endpoint: the node's RPC address. REST is served under the same one.
    public init(_ parameters: ChainParameters, http: HTTPClient, endpoint: NodeEndpoint) {
        self.parameters = parameters
        rpc = JSONRPCClient(http: http, endpoint: endpoint)
        decoder = BlockDecoder(parameters)
    }

    public var name: String { rpc.endpoint.origin }

    public var places: Set<NodePlace> { [rpc.endpoint.place] }

    /// What is known of the node as long as it stays reachable.
    struct Session: Sendable {
        let hasREST: Bool
    }

    private struct Memory {
        var session: Session?
        var tip: Header?
    }

    /// The tip as last seen.
    var tip: Header? {
        get { memory.withLock { $0.tip } }
        set { memory.withLock { $0.tip = newValue } }
    }

    /// What this node is and can do; asked anew after it was out of reach, since another may have taken its place.
    func session() async throws(NodeError) -> Session {
        if let session = memory.withLock({ $0.session }) { return session }
        var isCertain = true
        for landmark in parameters.landmarks {
            guard let hash = try await hash(at: landmark.height) else {
                isCertain = false
                continue
            }
            guard hash == landmark.hash else {
                throw NodeError(
                    .wrongChain,
                    """
                    \(name): its block \(landmark.height) is \(hash), that of \(parameters.coin.rawValue) \
                    \(parameters.chain.rawValue) is \(landmark.hash); configure a node of this chain
                    """)
            }
        }
        let session = Session(hasREST: try await servesREST())
        // A node that is not yet past the last landmark is asked again at the next call.
        if isCertain { memory.withLock { $0.session = session } }
        return session
    }

    /// REST is off by default (`-rest`), and proxies may leave it out or put something else there.
    private func servesREST() async throws(NodeError) -> Bool {
        do {
            let response = try await rpc.get(
                "/rest/headers/1/\(parameters.genesis).bin", maximumBytes: BlockHeader.size)
            guard response.status == 200 else { return false }
            var offset = 0
            let header = try? BlockHeader(
                response.body.span.bytes, at: &offset, named: parameters.genesis, on: parameters)
            return header?.parent == Hash256(0, 0, 0, 0)
        } catch {
            switch error.code {
            case .refused, .malformed, .tooLarge: return false
            default: throw failure(error)
            }
        }
    }

    /// The hash of the block at `height` of the node's best chain; nil above its tip.
    func hash(at height: Int64) async throws(NodeError) -> Hash256? {
        guard let text = try await call("getblockhash", [.integer(height)], as: String.self, absent: [.outOfRange])
        else { return nil }
        return try hash(text, from: "getblockhash")
    }

    func hash(_ text: String, from method: String) throws(NodeError) -> Hash256 {
        guard let hash = Hash256(hex: text) else {
            throw NodeError(.malformed, "\(name): the answer to \(method) is not a hash")
        }
        return hash
    }

    /// Calls `method`; nil when the node answers with one of the codes `absent`.
    func call<Value: Decodable & Sendable>(
        _ method: String, _ arguments: [JSONValue] = [], as type: Value.Type, absent: Set<NodeCode>,
        deadline: Duration = .seconds(30), maximumBytes: Int = 1 << 20
    ) async throws(NodeError) -> Value? {
        do {
            return try await rpc.call(method, arguments, as: type, deadline: deadline, maximumBytes: maximumBytes)
        } catch {
            if case .node(let code, _) = error, absent.contains(where: { $0.rawValue == code }) { return nil }
            throw failure(error)
        }
    }

    func call<Value: Decodable & Sendable>(
        _ method: String, _ arguments: [JSONValue] = [], as type: Value.Type
    ) async throws(NodeError) -> Value {
        do { return try await rpc.call(method, arguments, as: type) } catch { throw failure(error) }
    }

    func failure(_ error: RPCError) -> NodeError {
        let failure = NodeError(error)
        if failure.code == .unreachable { memory.withLock { $0 = Memory() } }
        return failure
    }

    func failure(_ error: HTTPError) -> NodeError {
        failure(RPCError.http(error))
    }
}
