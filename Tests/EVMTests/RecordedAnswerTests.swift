import Chain
import Foundation
import TestSupport
import Testing

@testable import EVM

/// What geth answered on the small chain of execution-apis, byte for byte.
@Suite(.enabled(if: Fixtures.folder("ethereum-rpc-io") != nil, "needs ../shared/fixtures"))
struct RecordedAnswerTests {
    /// The JSON of the results by the name of the exchange; null ones are left out.
    static let results: [String: [UInt8]] = {
        guard let folder = Fixtures.folder("ethereum-rpc-io"),
            let data = try? Fixtures.gunzip(folder.appendingPathComponent("execution-apis.json.gz")),
            let exchanges = try? JSONSerialization.jsonObject(with: data) as? [String: [[String: Any]]]
        else { return [:] }
        return exchanges.compactMapValues { parts in
            let result = parts.compactMap { ($0["response"] as? [String: Any])?["result"] }.first
            guard let result, !(result is NSNull) else { return nil }
            return (try? JSONSerialization.data(withJSONObject: result, options: .fragmentsAllowed)).map { [UInt8]($0) }
        }
    }()

    private func object(_ name: String) throws -> AnswerObject {
        try AnswerObject(try #require(Self.results[name])[...])
    }

    @Test(arguments: results.keys.filter { $0.hasPrefix("eth_getBlockBy") }.sorted())
    func `the header of every block hashes to its hash`(name: String) throws {
        let object = try object(name)
        #expect(try BlockHeader(object, on: EVMChain(id: 1)).header.hash == (try object.requireHash("hash")))
    }

    @Test(arguments: results.keys.filter { $0.hasPrefix("eth_getTransactionByHash/") }.sorted())
    func `every type of transaction hashes to its hash`(name: String) throws {
        var rlp = RLPEncoder()
        let object = try object(name)
        let block = BlockReference(height: 0, hash: Hash256(0, 0, 0, 0))
        #expect(
            try Transaction(object, of: block, on: EVMChain(id: 1), to: &rlp).hash == (try object.requireHash("hash")))
    }

    @Test func `the last block is proved with its receipts`() throws {
        let answers = BlockAnswers(
            block: try #require(Self.results["eth_getBlockByNumber/get-latest"])[...],
            receipts: try #require(Self.results["eth_getBlockReceipts/get-block-receipts-latest"])[...])
        let decoder = BlockDecoder(EVMChain(id: 1))
        let header = try decoder.header(from: answers.block)
        let contents = try decoder.contents(of: header.reference, from: answers)
        #expect(header.height == 0x36)
        #expect(!contents.transactions.isEmpty)
        #expect(contents.receipts.count == contents.transactions.count)
    }
}
