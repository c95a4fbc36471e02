import Bitcoin
import Chain
import Glibc
import Sync
import TestSupport

/// The set of watched addresses: its memory, its growth, its answers, and that a block costs the same however many
/// there are.
struct IndexBenchmark: Benchmark {
    static let name = "index"
    static let about = "10 million watched addresses: memory, growth, probes, and what they cost a block"

    private let isQuick: Bool

    init(isQuick: Bool) {
        self.isQuick = isQuick
    }

    private var watched: Int { isQuick ? 1_000_000 : 10_000_000 }

    func run() async throws -> [Figure] {
        let (memory, index) = loaded()
        return [memory] + growth() + probes(of: index) + (try blockCost(beside: index))
    }

    private var label: String { "\(watched / 1_000_000) million keys" }

    /// What the process grows by when the keys are inserted one by one, as the store's stream gives them, without their
    /// number known before.
    private func loaded() -> (Figure, WatchIndex) {
        let before = Self.residentBytes
        var index = WatchIndex(secret: (1, 2))
        for number in 0..<watched { index.insert(WatchedAddresses.key(number)) }
        let megabytes = Double(Self.residentBytes - before) / 1e6
        let limit = 200 * Double(watched) / 10_000_000
        return (Figure("index of \(label)", megabytes, "MB", limit: limit), index)
    }

    /// How long inserting takes, and the longest that 64 inserts in a row do: nothing else of a network goes on
    /// meanwhile. By the thread's own time, so that other work of the machine does not count.
    private func growth() -> [Figure] {
        let sources = Stopwatch.seconds {
            var sum = 0
            for number in 0..<watched { sum &+= Int(WatchedAddresses.key(number).hashInput.length) }
            precondition(sum > 0)
        }
        var set = Set<WatchKey>()
        let reference = Stopwatch.seconds {
            for number in 0..<watched { set.insert(WatchedAddresses.key(number)) }
        }
        var index = WatchIndex(secret: (1, 2))
        var longest = 0.0
        let time = Stopwatch.seconds {
            for start in stride(from: 0, to: watched, by: 64) {
                let began = Stopwatch.threadTime
                for number in start..<start + 64 { index.insert(WatchedAddresses.key(number)) }
                longest = max(longest, Stopwatch.threadTime - began)
            }
        }
        func each(_ time: Double) -> Double { max(0, time - sources) / Double(watched) * 1e9 }
        return [
            Figure("index insert", each(time), "ns", beside: .init(name: "Set.insert", value: each(reference))),
            Figure("index, longest 64 inserts", longest * 1_000, "ms", limit: 10),
        ]
    }

    /// One probe by itself, of a key that is there and of one that is not, the keys in an order that no cache foresees.
    private func probes(of index: WatchIndex) -> [Figure] {
        let count = isQuick ? 200_000 : 2_000_000
        var random = SplitMix64(seed: 3)
        let present = (0..<count).map { _ in WatchedAddresses.key(Int.random(in: 0..<watched, using: &random)) }
        let absent = (0..<count).map { WatchedAddresses.key(watched + $0) }
        var set = Set<WatchKey>(minimumCapacity: watched)
        for number in 0..<watched { set.insert(WatchedAddresses.key(number)) }
        func nanoseconds(_ keys: [WatchKey], _ holds: (WatchKey) -> Bool) -> Double {
            var found = 0
            let time = Stopwatch.seconds { for key in keys where holds(key) { found += 1 } }
            precondition(found == 0 || found == count)
            return time / Double(count) * 1e9
        }
        return [("hit", present), ("miss", absent)].map { kind, keys in
            let reference = nanoseconds(keys) { set.contains($0) }
            let value = nanoseconds(keys) { index.mayContain($0) }
            return Figure("index probe, \(kind)", value, "ns", beside: .init(name: "Set", value: reference))
        }
    }

    /// A block decoded and matched against 10 thousand keys and against all.
    private func blockCost(beside large: WatchIndex) throws -> [Figure] {
        var small = WatchIndex(secret: (1, 2))
        for number in 0..<10_000 { small.insert(WatchedAddresses.key(number)) }
        let made = MadeBlock(seed: 2)
        let decoder = BlockDecoder(MadeBlock.parameters)
        var caches = Caches()
        var sum = 0
        let times = try Stopwatch.medians(
            rounds: isQuick ? 5 : 101,
            [small, large].map { index in
                { sum &+= index.hits(in: try decoder.block(made.reference, from: made.bytes)).count }
            },
            before: {
                caches.empty()
                sum &+= try decoder.block(made.reference, from: made.bytes).movementCount
            })
        return [
            Figure(
                "block matched, \(label)", times[1] * 1_000, "ms",
                beside: .init(name: "10 thousand", value: times[0] * 1_000), limit: 1.2)
        ]
    }

    private static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var (size, resident) = (0, 0)
        withUnsafeMutablePointer(to: &size) { size in
            withUnsafeMutablePointer(to: &resident) { resident in
                _ = withVaList([size, resident]) { vfscanf(file, "%ld %ld", $0) }
            }
        }
        return resident * Int(getpagesize())
    }
}
