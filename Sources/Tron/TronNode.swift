public import Chain
public import NodeHTTP
internal import Synchronization

/// A node of TRON over java-tron's HTTP interface, one's own or a provider's (TronGrid). What it says of blocks is proved
/// as far as TRON lets it be, see `BlockDecoder`.
///
/// Providers count requests, so that as few are made as will do: the tip is asked for with its transactions, catching up
/// takes many blocks at a time, and both are kept until the engine asks for the block. At the head that makes two
/// requests for a block, and none for the infos of one without transactions.
public final class TronNode: ChainNode {
    public let chain: TronChain
    let decoder: BlockDecoder
    let node: JSONRPCClient
    let solidity: JSONRPCClient
    let now: @Sendable () -> ContinuousClock.Instant
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - http: may be shared with other nodes.
    ///   - endpoint: where the node answers `/wallet/…` (java-tron: port 8090).
    ///   - solidity: where it answers `/walletsolidity/…` (java-tron: port 8091); nil where that is the same.
    public convenience init(
        _ chain: TronChain, decoder: BlockDecoder, http: HTTPClient, endpoint: NodeEndpoint,
        solidity: NodeEndpoint? = nil
    ) {
        self.init(chain, decoder: decoder, http: http, endpoint: endpoint, solidity: solidity, now: { .now })
    }

    /// - Parameter now: what its waits and its memory go by.
    package init(
        _ chain: TronChain, decoder: BlockDecoder, http: HTTPClient, endpoint: NodeEndpoint,
        solidity: NodeEndpoint? = nil, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.chain = chain
        self.now = now
        self.decoder = decoder
        node = JSONRPCClient(http: http, endpoint: endpoint)
        self.solidity = JSONRPCClient(http: http, endpoint: solidity ?? endpoint)
    }

    public var name: String { node.endpoint.origin }

    public var places: Set<NodePlace> { [node.endpoint.place, solidity.endpoint.place] }

    /// What is known of the node as long as it stays reachable: another may take its place.
    struct Memory: Sendable {
        /// It serves our chain.
        var isOurs = false
        var tip: Told<Header>?
        var solidified: Told<BlockReference>?
        /// The highest block after which headers were asked for.
        var followed: Int64 = 0
        /// Blocks whose infos have not been asked for yet.
        var shelf = BlockShelf()
        /// Blocks that it gives in one answer; java-tron allows a hundred.
        var pageSize = 100
    }

    /// What the node said, and when it was asked.
    struct Told<Value: Sendable>: Sendable {
        let value: Value
        let asked: ContinuousClock.Instant
    }

    func recall<Value: Sendable>(_ part: (Memory) -> Value) -> Value { memory.withLock { part($0) } }

    func remember(_ change: (inout Memory) -> Void) { memory.withLock { change(&$0) } }

    /// What it says does not fit what it said: it may serve another chain by now, behind the same address.
    func doubtChain() { remember { $0.isOurs = false } }

    /// Makes sure that the node serves our chain.
    func session() async throws(NodeError) {
        if recall({ $0.isOurs }) { return }
        let answer = try await ask("/wallet/getblock", #"{"id_or_num":"0","detail":false}"#)
        // Not hashed again: a node that lies can give this one.
        let first: Hash256
        do {
            first = try DecodeError.wrapping { try AnswerObject(answer).requireHash("blockID") }
        } catch {
            throw NodeError(.malformed, "\(name): its first block is none: \(error)")
        }
        guard first == chain.genesis else {
            throw NodeError(
                .wrongChain,
                "\(name): its first block is \(first), that of chain \(chain.name) is \(chain.genesis)")
        }
        remember { $0.isOurs = true }
    }

    /// The node's answer to a question, as it sent it.
    func ask(
        _ path: String, _ body: String, at client: JSONRPCClient? = nil, deadline: Duration = .seconds(30),
        maximumBytes: Int = 1 << 20
    ) async throws(NodeError) -> ArraySlice<UInt8> {
        let client = client ?? node
        let response: HTTPResponse
        do {
            response = try await client.post(path, json: body, deadline: deadline, maximumBytes: maximumBytes)
        } catch {
            let failure = NodeError(tronGrid: error)
            if failure.code == .unreachable { remember { $0 = Memory() } }
            throw failure
        }
        if let refusal = NodeError(refusing: path, in: response.body, by: client.endpoint) { throw refusal }
        return response.body[...]
    }
}
