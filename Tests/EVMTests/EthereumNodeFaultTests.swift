import TestSupport
import Testing

@Suite(
    "Faults of the private Ethereum node",
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumNodeFaultTests {
    let receiver = "0x00000000000000000000000000000000000000aa"

    @Test("Tags stand behind the tip or where they are put, also further back")
    func tags() async throws {
        let node = try await EthereumNode(blocks: 20)
        func height(_ tag: String) async throws -> UInt128? { try await node.block(at: .init(tag))["number"].quantity }
        #expect(try await [height("latest"), height("safe"), height("finalized")] == [20, 16, 12])
        try await node.set(.finalized, to: 14)
        try await node.set(.safe, behind: 1)
        #expect(try await [height("safe"), height("finalized")] == [19, 14])
        try await node.set(.finalized, to: 3)
        #expect(try await height("finalized") == 3)
        try await node.set(.finalized, to: nil)
        await #expect(throws: EthereumNode.Failure.self) { try await height("finalized") }
        await #expect(throws: EthereumNode.Failure.self) { try await height("pending") }
    }

    @Test("A lie is told where it was asked for, as often as asked for, and by one peer alone")
    func lies() async throws {
        let node = try await EthereumNode()
        let receipt = try await node.send(5, to: receiver)
        let liar = node.peer("liar")
        let block = JSON.string(receipt.block)
        try await liar.lie(
            .init("eth_getBlockByHash", block, times: 1), at: ["transactions", 0, "value"], saying: "0x6")
        #expect(try await node.call("eth_getBlockByHash", block, true)["transactions"][0]["value"] == "0x5")
        #expect(try await liar.call("eth_getBlockByHash", block, true)["transactions"][0]["value"] == "0x6")
        #expect(try await liar.call("eth_getBlockByHash", block, true)["transactions"][0]["value"] == "0x5")
        let fault = try await liar.omit(.init("eth_getBlockReceipts"), at: [0])
        #expect(try await liar.call("eth_getBlockReceipts", block) == [])
        try await liar.clear(fault)
        try await liar.lie(.init("eth_getBlockReceipts"), at: [], saying: nil)
        #expect(try await liar.call("eth_getBlockReceipts", block).isNull)
        #expect(try await liar.calls(of: "eth_getBlockReceipts") == 2)
    }

    @Test("Methods are missing, requests refused, batches limited")
    func refusals() async throws {
        let node = try await EthereumNode()
        func code(_ method: String) async -> Int? {
            do {
                try await node.call(method)
                return nil
            } catch {
                return (error as? EthereumNode.Failure)?.code
            }
        }
        try await node.disable("eth_blockNumber")
        #expect(await code("eth_blockNumber") == -32601)
        #expect(await code("eth_chainId") == nil)
        try await node.clearFaults()
        try await node.refuse(.init(times: 1), retryAfter: 1)
        #expect(await code("eth_blockNumber") == 429)
        #expect(await code("eth_blockNumber") == nil)
        try await node.fail(.init("eth_*", times: 1), code: -32005, "limit exceeded")
        #expect(await code("eth_blockNumber") == -32005)
        try await node.setBatchLimit(2)
        let call: JSON = ["jsonrpc": "2.0", "id": 1, "method": "eth_chainId"]
        #expect(try await node.post([call, call]).array?.count == 2)
        #expect(try await node.post([call, call, call])["error"]["code"] == -32600)
    }

    @Test("Answers come late, or the connection ends without one")
    func silence() async throws {
        let node = try await EthereumNode()
        try await node.delay(.init("eth_chainId", times: 1), milliseconds: 200)
        let clock = ContinuousClock()
        let late = try await clock.measure { try await node.call("eth_chainId") }
        #expect(late >= .milliseconds(200))
        let fault = try await node.hangUp(.init("eth_chainId"))
        await #expect(throws: (any Error).self) { try await node.call("eth_chainId") }
        try await node.clear(fault)
        try await node.setSyncing(["currentBlock": "0x1", "highestBlock": "0x9"])
        #expect(try await node.call("eth_syncing")["highestBlock"] == "0x9")
        try await node.setSyncing(nil)
        #expect(try await node.call("eth_syncing") == false)
        try await node.stop()
        await #expect(throws: (any Error).self) { try await node.call("eth_chainId") }
    }
}
