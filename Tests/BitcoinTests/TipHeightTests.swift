import Bitcoin
import Chain
import NodeHTTP
import TestSupport
import Testing

/// Where a node's tip is, by what the node says of that block.
@Suite(.enabled(if: Litecoind.isInstalled, "needs litecoind"), .timeLimit(.minutes(30)))
struct TipHeightTests {
    private static let blocks = AlteringNode.Place("getblockchaininfo", "result", "blocks")
    private static let height = AlteringNode.Place("getblockheader", "result", "height")
    private static let http = HTTPClient()

    @Test func `a claim ends when it ends, and one that contradicts itself is refused`() async throws {
        let litecoind = try await Litecoind()
        let altering = try AlteringNode(of: litecoind.url)
        let node = BitcoinNode(
            BitcoinNodeTests.parameters, http: Self.http,
            endpoint: try NodeEndpoint(
                url: altering.url,
                credentials: .basic(username: litecoind.username, password: litecoind.password)))
        altering.alter([Self.blocks: "1110"])
        let error = await #expect(throws: NodeError.self) { try await node.state() }
        #expect(error?.code == .malformed && error?.message.contains("the height 1110, and 110") == true)
        // Consistent, and therefore believed so far.
        altering.alter([Self.blocks: "1110", Self.height: "1110"])
        #expect(try await node.state().tip.height == 1_110)
        altering.alter([:])
        #expect(try await node.state().tip.height == 110)
    }

    @Test(arguments: ["-9223372036854775808", "-1", "1099511627777", "9223372036854775807", "1e400"])
    func `what is not a height is a malformed answer`(blocks: String) async throws {
        let litecoind = try await Litecoind(blocks: 1)
        let altering = try AlteringNode(of: litecoind.url)
        let node = BitcoinNode(
            BitcoinNodeTests.parameters, http: Self.http,
            endpoint: try NodeEndpoint(
                url: altering.url,
                credentials: .basic(username: litecoind.username, password: litecoind.password)))
        altering.alter([Self.blocks: blocks])
        let error = await #expect(throws: NodeError.self) { try await node.state() }
        #expect(error?.code == .malformed)
    }
}
