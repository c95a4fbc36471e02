import Bitcoin
import Chain
import Foundation
import Hashing
import Sync
import TestSupport

/// From a block's bytes to what it pays and spends, and to who of ours is paid.
struct BlockBenchmark: Benchmark {
    static let name = "block"
    static let about = "a Bitcoin block's bytes, parsed, hashed, proved and matched against 10 million addresses"

    private let isQuick: Bool

    init(isQuick: Bool) {
        self.isQuick = isQuick
    }

    func run() async throws -> [Figure] {
        var index = WatchIndex(secret: (1, 2), capacity: watched)
        for number in 0..<watched { index.insert(WatchedAddresses.key(number)) }
        return try subjects().flatMap { try figures(of: $0, matching: index) }
    }

    private var watched: Int { isQuick ? 1_000_000 : 10_000_000 }

    private struct Subject {
        let name: String
        let parameters: ChainParameters
        let reference: BlockReference
        let bytes: [UInt8]
    }

    /// A made-up block, and where the fixtures are two of mainnet's: before segwit and after it.
    private func subjects() throws -> [Subject] {
        let made = MadeBlock(seed: 1)
        var subjects = [
            Subject(name: "made-up", parameters: MadeBlock.parameters, reference: made.reference, bytes: made.bytes)
        ]
        guard let folder = Fixtures.folder("bitcoin"), let main = ChainParameters(coin: .bitcoin, chain: .main) else {
            return subjects
        }
        for name in ["413567", "702861"] {
            let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".bin")))
            let hash = Hash256(SHA256.doubleDigest(bytes.span.bytes.extracting(0..<80)).bytes.reversed())!
            subjects.append(
                Subject(
                    name: name, parameters: main, reference: BlockReference(height: Int64(name)!, hash: hash),
                    bytes: bytes))
        }
        return subjects
    }

    private func figures(of subject: Subject, matching index: WatchIndex) throws -> [Figure] {
        let decoder = BlockDecoder(subject.parameters)
        var caches = Caches()
        var sum = 0
        // As when blocks come one after the other: the memory that a block is decoded into is in the caches, the slots
        // of the index that it is matched with are not.
        let successor = {
            caches.empty()
            sum &+= try decoder.block(subject.reference, from: subject.bytes).movementCount
        }
        let times = try Stopwatch.medians(
            rounds: isQuick ? 5 : 101,
            [
                { sum &+= Int(truncatingIfNeeded: SHA256.digest(subject.bytes).littleEndianWords.0) },
                { sum &+= try decoder.block(subject.reference, from: subject.bytes).movementCount },
                { sum &+= index.hits(in: try decoder.block(subject.reference, from: subject.bytes)).count },
            ], before: successor)
        let contents = try decoder.contents(of: subject.bytes)
        tell(
            "  block \(subject.name): \(subject.bytes.count) bytes, \(contents.transactions.count) transactions, "
                + "\(contents.outputs.count) outputs (\(sum))")
        let pass = Figure.Reference(name: "SHA-256 of its bytes", value: times[0] * 1_000)
        return [
            Figure("block \(subject.name)", times[1] * 1_000, "ms", beside: pass, limit: 2.0),
            Figure("block \(subject.name), matched", times[2] * 1_000, "ms", beside: pass, limit: 2.5),
        ]
    }
}
