import Chain
import Foundation
import TestSupport
import Testing

@testable import Tron

/// Recorded transactions against what another decoder read in their bytes.
@Suite(.enabled(if: Fixtures.folder("tron") != nil, "needs ../shared/fixtures"))
struct FixtureTests {
    struct Expected: Decodable {
        struct Transaction: Decodable {
            struct Contract: Decodable {
                let type: String
                let asset, from, to, amount: String?
            }
            let txid: String
            let contracts: [Contract]
        }
        let transactions: [Transaction]
    }

    private static let names = [
        "trongrid-account-transactions-2", "wallet-core-DeserializationTests", "wallet-core-SerializationTests",
    ]

    @Test func `there is no other`() throws {
        let folder = try #require(Fixtures.folder("tron"))
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json.gz") && !$0.contains("expected") }
        #expect(Set(found) == Set(Self.names.map { "\($0).json.gz" }))
    }

    @Test(arguments: names)
    func `every transaction is what its bytes say`(name: String) throws {
        let folder = try #require(Fixtures.folder("tron"))
        func read(_ name: String) throws -> Data { try Fixtures.gunzip(folder.appendingPathComponent(name)) }
        let expected = try JSONDecoder().decode(Expected.self, from: try read("\(name).expected.json.gz"))
        let answer = try JSONSerialization.jsonObject(with: try read("\(name).json.gz"))
        let list = try #require((answer as? [String: Any])?["data"] as? [[String: Any]] ?? answer as? [[String: Any]])
        #expect(list.count == expected.transactions.count)
        for (recorded, expected) in zip(list, expected.transactions) {
            // Those of wallets were not in a block yet.
            var recorded = recorded
            recorded["ret"] = recorded["ret"] ?? [["contractRet": "SUCCESS"]]
            let json = try JSONSerialization.data(withJSONObject: recorded, options: .withoutEscapingSlashes)
            let transaction = try Transaction([UInt8](json)[...])
            #expect("\(transaction.id)" == expected.txid)
            #expect(expected.contracts.count == 1)
            let contract = expected.contracts[0]
            #expect("\(transaction.kind.name)" == contract.type)
            #expect(transaction.result == .success)
            guard let payment = transaction.payment else {
                #expect(contract.asset == nil)
                continue
            }
            #expect(String(payment.amount) == contract.amount)
            #expect(TronAddress().address(of: payment.recipient) == contract.to)
            let asset = try #require(contract.asset)
            let token = asset == "TRX" ? nil : WatchKey(trc10: asset.replacing("TRC10:", with: ""))
            #expect((token == nil) == (asset == "TRX"))
            #expect(payment.token == token)
        }
    }

    // MARK: Blocks

    private struct ExpectedBlock: Decodable {
        struct Header: Decodable {
            let number: Int64
            let id, parent: String
            let timestamp: Int64
        }
        let headers: [Header]?
        let transactions: [Expected.Transaction]?
    }

    private static func blocks(_ name: String) throws -> [UInt8] {
        [UInt8](try Fixtures.gunzip(try #require(Fixtures.folder("tron-blocks")).appendingPathComponent(name)))
    }

    /// Whoever adds a file reads it, too.
    @Test func `every file about blocks is read by a test`() throws {
        let read = ["79072107.block", "79072107.expected", "headers-78000000.headers", "headers-78000000.expected"]
        #expect(try Fixtures.unread(in: "tron-blocks", reading: Set(read.map { "\($0).json.gz" })) == [])
    }

    @Test func `a real block is proved, and its transactions are those of its bytes`() throws {
        let expected = try JSONDecoder().decode(
            ExpectedBlock.self, from: Data(try Self.blocks("79072107.expected.json.gz")))
        let transactions = try #require(expected.transactions)
        let contents = try #require(try BlockDecoder().block(try Self.blocks("79072107.block.json.gz")[...]))
        #expect("\(contents.reference.hash)" == "0000000004b68b6be6d7223b1ecf2850f00f700292beeead2810c18e9e1548e2")
        #expect(contents.reference.height == 79_072_107)
        #expect(contents.transactions.map { "\($0.id)" } == transactions.map(\.txid))
        for (transaction, expected) in zip(contents.transactions, transactions) {
            let contract = expected.contracts[0]
            #expect("\(transaction.kind.name)" == contract.type)
            guard contract.type == "TransferContract" || contract.type == "TransferAssetContract" else { continue }
            let payment = try #require(transaction.payment)
            #expect(String(payment.amount) == contract.amount)
            #expect(TronAddress().address(of: payment.recipient) == contract.to)
        }
        let text = String(decoding: try Self.blocks("79072107.block.json.gz"), as: UTF8.self)
        let altered = text.replacing("f557fe6879e64fc27d21c3a2a99e097636a8f7253a6a48392742b411e97d8e69", with: "00")
        #expect(altered != text)
        #expect(throws: DecodeError.self) { try BlockDecoder().block(Array(altered.utf8)[...]) }
    }

    @Test func `a hundred real headers are what their ids say, each after the one before`() throws {
        let expected = try #require(
            try JSONDecoder().decode(
                ExpectedBlock.self, from: Data(try Self.blocks("headers-78000000.expected.json.gz"))
            ).headers)
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(try Self.blocks("headers-78000000.headers.json.gz")))
                as? [[String: Any]])
        #expect(list.count == 100 && expected.count == 100)
        for (recorded, expected) in zip(list, expected) {
            let json = [UInt8](try JSONSerialization.data(withJSONObject: recorded))
            let header = try #require(try BlockDecoder().header(json[...]))
            #expect("\(header.hash)" == expected.id && "\(header.parent)" == expected.parent)
            #expect(header.height == expected.number && header.time == expected.timestamp / 1_000)
        }
    }
}
