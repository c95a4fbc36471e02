import Chain
import Foundation
import Hashing
import Sync
import Tron

/// A block of TRON with its infos: out of JSON and protobuf, its ids worked out anew, its transfers, and who of ours is
/// paid.
struct TronBenchmark: Benchmark {
    static let name = "tron"
    static let about = "a block of 300 TRON transactions, from a node's JSON to who of ours is paid"

    private let rounds: Int
    private let watched: Int

    init(isQuick: Bool) {
        rounds = isQuick ? 3 : 101
        watched = isQuick ? 10_000 : 1_000_000
    }

    func run() async throws -> [Figure] {
        let made = try MadeTronBlock(seed: 1)
        var index = WatchIndex(secret: (1, 2), capacity: watched)
        for number in 0..<watched { index.insert(WatchedAddresses.key(number)) }
        let decoder = BlockDecoder()
        let (block, infos) = (made.block[...], made.infos[...])
        var sum = 0
        func decoded() throws -> Block? { try decoder.block(block)?.verified(by: infos) }
        let times = try Stopwatch.medians(
            rounds: rounds,
            [
                { sum &+= try decoded()?.movementCount ?? 0 },
                { sum &+= try decoded().map { index.hits(in: $0).count } ?? 0 },
                {
                    _ = SHA256.digest(made.block)
                    _ = SHA256.digest(made.infos)
                },
                { for text in [made.block, made.infos] { _ = try JSONSerialization.jsonObject(with: Data(text)) } },
            ]
        ).map { $0 * 1_000 }
        tell("  \(made.block.count) bytes of a block and \(made.infos.count) of its infos (\(sum))")
        let pass = Figure.Reference(name: "SHA-256 of its JSON, once", value: times[2])
        return [
            // Four days of a chain in ten minutes of a core.
            Figure("TRON block, decoded and verified", times[0], "ms", limit: 5),
            Figure("TRON block, decoded and verified", times[0], "ms", beside: pass),
            Figure("TRON block, matched", times[1], "ms", beside: pass),
            Figure(
                "TRON block, decoded and verified", times[0], "ms",
                beside: .init(name: "Foundation parses its JSON, no more", value: times[3])),
        ]
    }
}
