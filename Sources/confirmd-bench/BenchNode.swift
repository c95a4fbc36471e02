import Bitcoin
import Chain
import NodeHTTP
import TestSupport

/// A litecoind of the benchmark's own, with the daemon's adapter for it and a plain client beside it.
struct BenchNode {
    static let parameters = ChainParameters(coin: .litecoin, chain: .regtest)!

    let litecoind: Litecoind
    let adapter: BitcoinNode
    let rpc: JSONRPCClient

    init(_ litecoind: Litecoind) throws {
        self.litecoind = litecoind
        let endpoint = try NodeEndpoint(
            url: litecoind.url, credentials: .basic(username: litecoind.username, password: litecoind.password))
        adapter = BitcoinNode(Self.parameters, http: HTTPClient(), endpoint: endpoint)
        // A client of its own, so that neither takes the other's places.
        rpc = JSONRPCClient(http: HTTPClient(), endpoint: endpoint)
    }

    @discardableResult
    func mine(_ count: Int = 1, to address: String) async throws -> [String] {
        try await rpc.call(
            "generatetoaddress", [.integer(Int64(count)), .string(address)], as: [String].self,
            deadline: .seconds(120))
    }

    /// A block's bytes as the node sends them, unread; their number.
    @discardableResult
    func raw(_ hash: Hash256) async throws -> Int {
        try await rpc.get("/rest/block/\(hash).bin", maximumBytes: 1 << 24).body.count
    }
}
