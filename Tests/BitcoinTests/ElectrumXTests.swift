import Bitcoin
import Chain
import Foundation
import TestSupport
import Testing

/// Blocks as the projects publish their formats, against what ElectrumX, and BitCash for tokens, read in them.
@Suite(.enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
struct ElectrumXTests {
    @Test func `Dash with special transactions`() async throws {
        try await check(BuiltBlock(coin: .dash, transactions: Self.special), as: "Dash")
    }

    @Test func `Bitcoin Cash with tokens`() async throws {
        let scripts: [[UInt8]] = [
            BuiltTransaction.script, [0xa9, 20] + [UInt8](1...20) + [0x87], [0xaa, 32] + [UInt8](1...32) + [0x87],
        ]
        var transaction = BuiltTransaction.spending(2)
        transaction.outputs = CashTokenTests.sound.flatMap { prefix in scripts.map { (600, prefix.bytes + $0) } }
        transaction.outputs += scripts.map { (600, $0) } + [(1, [0x6a, 1, 1])]
        try await check(
            BuiltBlock(coin: .bitcoinCash, transactions: [.coinbase(), transaction, .spending(3)]), as: "BitcoinCash")
    }

    @Test func `Dogecoin with another chain's proof of work`() async throws {
        try await check(
            BuiltBlock(
                coin: .dogecoin, version: 0x62_0104, proof: BuiltAuxPoW(),
                transactions: [.coinbase(), .spending(1), .spending(2)]), as: "Dogecoin")
    }

    private struct Transaction: Decodable {
        struct Output: Decodable {
            let value: UInt64
            let script: String
            let address: String?
        }
        let id: String
        let spends: [String]
        let outputs: [Output]
    }

    private func check(_ block: BuiltBlock, as name: String) async throws {
        let text = try await Command.succeed(
            Python.command("Tests/Python/read_block.py", name), input: Hex.encode(block.bytes))
        let expected = try JSONDecoder().decode([Transaction].self, from: Data(text.utf8))
        let contents = try block.decode()
        let format = BitcoinAddress(block.parameters)
        #expect(contents.transactions.map(\.id.description) == expected.map(\.id))
        #expect(
            contents.spends.map { "\($0.outpoint.transaction):\($0.outpoint.index)" } == expected.flatMap(\.spends))
        #expect(contents.outputs.map(\.value) == expected.flatMap(\.outputs).map(\.value))
        for (output, other) in zip(contents.outputs, expected.flatMap(\.outputs)) {
            let script = Array(contents.script(of: output))
            guard block.coin == .bitcoinCash else {
                #expect(Hex.encode(script) == other.script)
                continue
            }
            #expect(other.script.hasSuffix(Hex.encode(script)))
            #expect(try format.address(of: #require(WatchKey(script))) == other.address)
        }
    }

    /// One of each kind that a chain has: a coinbase, masternodes' keys, locks and unlocks of Dash Platform, and old
    /// ones whose versions look like types.
    static let special: [BuiltTransaction] = {
        var coinbase = BuiltTransaction.coinbase()
        coinbase.version = 3 | 5 << 16
        coinbase.payload =
            UInt16(3).littleEndianBytes + UInt32(2_300_000).littleEndianBytes + [UInt8](repeating: 1, count: 64) + [0]
            + [UInt8](repeating: 2, count: 96) + UInt64(5_000_000_000).littleEndianBytes
        var lock = BuiltTransaction.spending(1)
        lock.version = 3 | 8 << 16
        lock.outputs = [(40, [0x6a, 0]), (7, BuiltTransaction.script)]
        lock.payload = [1, 1] + UInt64(40).littleEndianBytes + [25] + BuiltTransaction.script
        var old = BuiltTransaction.spending(2)
        old.version = 1 << 16 | 2
        return [
            coinbase, lock, SpecialTransactionTests.empty(6, outputs: []),
            SpecialTransactionTests.empty(7, outputs: []),
            SpecialTransactionTests.empty(9, outputs: [(7, BuiltTransaction.script)]), old, .spending(3),
        ]
    }()
}
