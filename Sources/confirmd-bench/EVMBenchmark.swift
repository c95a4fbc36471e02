import Chain
import EVM
import Foundation
import Hashing
import TestSupport

/// A block of Ethereum's mainnet with its receipts: out of JSON, hashed again, its transfers.
struct EVMBenchmark: Benchmark {
    static let name = "evm"
    static let about = "decoding and proving a block of Ethereum, from a node's JSON to its transfers"

    private let rounds: Int

    init(isQuick: Bool) {
        rounds = isQuick ? 3 : 41
    }

    func run() async throws -> [Figure] {
        guard let folder = Fixtures.folder("ethereum") else {
            tell("\(Self.name): needs ../shared/fixtures")
            return []
        }
        let block = [UInt8](try Fixtures.gunzip(folder.appendingPathComponent("18000000.block.json.gz")))
        let receipts = [UInt8](try Fixtures.gunzip(folder.appendingPathComponent("18000000.receipts.json.gz")))
        let hash = "95b198e154acbfc64109dfd22d8224fe927fd8dfdedfae01587674482ba4baf3"
        guard let hash = Hash256(hex: hash) else { return [] }
        let reference = BlockReference(height: 18_000_000, hash: hash)
        let decoder = BlockDecoder(EVMChain(id: 1))
        let answers = BlockAnswers(block: block[...], receipts: receipts[...])
        let texts = [Data(block), Data(receipts)]

        let times = try Stopwatch.medians(
            rounds: rounds,
            [
                { _ = try decoder.block(reference, from: answers) },
                {
                    _ = Keccak256.digest(block)
                    _ = Keccak256.digest(receipts)
                },
                { for text in texts { _ = try JSONSerialization.jsonObject(with: text) } },
            ]
        ).map { $0 * 1_000 }
        return [
            // A hundred blocks a second and core.
            Figure("EVM block, decoded and proved", times[0], "ms", limit: 10),
            Figure(
                "EVM block, decoded and proved", times[0], "ms",
                beside: .init(name: "Keccak-256 of its JSON, once", value: times[1]), limit: 3),
            Figure(
                "EVM block, decoded and proved", times[0], "ms",
                beside: .init(name: "Foundation parses its JSON, no more", value: times[2])),
        ]
    }
}
