import Chain
import Foundation
import TestSupport
import Testing

@testable import EVM

/// Nothing commits to a trace: what it says is recorded only where the balances bear it out.
@Suite struct ConfirmationTests {
    private let reference = RecordedBlock.reference
    private static let payee = "0x" + String(repeating: "b1", count: 20)

    /// A node at which the payee has `before` and `after` the recorded block.
    private func server(before: String, after: String, calls: String = RecordedBlock.calls) throws -> ScriptedNode {
        try ScriptedNode { call in
            switch call.method {
            case "eth_getBalance" where call.text(0) == Self.payee:
                let place = (call.parameters[1] as? [String: String])?["blockHash"]
                return place == "0x\(RecordedBlock.reference.hash)"
                    ? .result("\"\(after)\"")
                    : place == "0x" + String(repeating: "11", count: 32) ? .result("\"\(before)\"") : .result("null")
            case "debug_traceBlockByHash": return .result(calls)
            default: return nil
            }
        }
    }

    private func inner(_ node: EVMNode) async throws -> [Transfer] {
        try #require(try await node.block(reference)).transfers.filter {
            !$0.isProved && "0x\($0.recipient)" == Self.payee
        }
    }

    /// 5 by a transaction, 11 and 19 by calls.
    @Test func `a call is confirmed when the balance changed by all that the block says`() async throws {
        let node = try server(before: "0x3e8", after: "0x40b").node(ScriptedNode.chain, .traces)
        let transfers = try await inner(node)
        #expect(transfers.map(\.locator.description) == ["call:1.0", "call:2"])
        #expect(try await node.confirms(transfers, of: reference))
        // Of another node's traces it may have another place in the block.
        let moved = transfers.map {
            Transfer(
                transaction: $0.transaction, locator: $0.locator, recipient: $0.recipient, amount: $0.amount,
                blockIndex: $0.blockIndex + 7)
        }
        #expect(try await node.confirms(moved, of: reference))
    }

    @Test(arguments: [("0x3e8", "0x40a"), ("0x3e8", "0x40c"), ("0x3e8", "0x3e8"), ("0x40b", "0x3e8")])
    func `it is not when the balance changed otherwise`(before: String, after: String) async throws {
        let node = try server(before: before, after: after).node(ScriptedNode.chain, .traces)
        #expect(try await !node.confirms(try await inner(node), of: reference))
    }

    /// The Kraken case by way of a node: a call that was undone shown as one that was not.
    @Test func `a call that the node made up is not confirmed`() async throws {
        let calls = RecordedBlock.calls.replacing(#""value":"0x13""#, with: #""value":"0x14""#)
        #expect(calls != RecordedBlock.calls)
        let node = try server(before: "0x3e8", after: "0x40b", calls: calls).node(ScriptedNode.chain, .traces)
        #expect(try await !node.confirms(try await inner(node), of: reference))
    }

    @Test func `a call that another node told of and this one does not is not confirmed`() async throws {
        let node = try server(before: "0x3e8", after: "0x40b").node(ScriptedNode.chain, .traces)
        let first = try #require(try await inner(node).first)
        let other = Transfer(
            transaction: first.transaction, locator: .call([7]), recipient: first.recipient, amount: first.amount,
            blockIndex: first.blockIndex)
        #expect(try await !node.confirms([other], of: reference))
        // Nor by a node that is not asked for traces.
        #expect(try await !server(before: "0x3e8", after: "0x40b").node().confirms([first], of: reference))
    }

    @Test func `what is proved needs no balances`() async throws {
        let server = try ScriptedNode()
        let node = try server.node()
        let transfers = try #require(try await node.block(reference)).transfers
        let calls = server.calls
        #expect(try await node.confirms(transfers, of: reference))
        #expect(server.calls == calls)
    }

    @Test func `a node that keeps no state that old says so`() async throws {
        let server = try ScriptedNode { call in
            call.method == "eth_getBalance" ? .error(-32_000, "missing trie node 12ab (path )") : nil
        }
        let node = try server.node(ScriptedNode.chain, .traces)
        let transfers = try await inner(node)
        #expect(await code { _ = try await node.confirms(transfers, of: reference) } == .refused)
    }

    /// Fees, blobs, withdrawals and values of everyone in the block, worked out by hand.
    @Test func `the sheet has fees, tips and withdrawals`() throws {
        let answers = BlockAnswers(
            block: Array(RecordedBlock.block.utf8)[...], receipts: Array(RecordedBlock.receipts.utf8)[...],
            traces: .callTracer(Array(RecordedBlock.calls.utf8)[...]))
        let contents = try BlockDecoder(EVMChain(id: 1)).contents(of: reference, from: answers)
        let sheet = try BalanceSheet(contents, try #require(contents.traces))
        let start: UInt128 = 1 << 100
        func expect(_ byte: UInt8, gain: UInt128, loss: UInt128) throws {
            let address = try #require(WatchKey([UInt8](repeating: byte, count: 20)))
            let before = UInt256(high: 0, low: start)
            #expect(sheet.explains(address, before: before, after: UInt256(high: 0, low: start + gain - loss)))
            #expect(!sheet.explains(address, before: before, after: UInt256(high: 0, low: start + gain - loss + 1)))
        }
        let coin: UInt128 = 1_000_000_000_000_000_000
        try expect(0x5e, gain: 0, loss: coin + 3 + 5 + 256 + 326_709_144)
        try expect(0x99, gain: 14_147_000, loss: 0)
        try expect(0xa1, gain: 33 * coin + 17, loss: 0)
        try expect(0x61, gain: 21, loss: 17)
        try expect(0xc1, gain: 256 + 1_000_000_000, loss: 21 + 19)
        try expect(0x77, gain: 0, loss: 0)
    }
}
