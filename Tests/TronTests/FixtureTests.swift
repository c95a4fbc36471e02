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
}
