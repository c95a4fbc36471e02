import Chain
import Sync

/// A mempool that is looked at for the first time: every transaction is asked for, in batches.
struct MempoolBenchmark: Benchmark {
    static let name = "mempool"
    static let about = "a full mempool: what it takes until everything was asked for"

    private let isQuick: Bool

    init(isQuick: Bool) {
        self.isQuick = isQuick
    }

    func run() async throws -> [Figure] {
        let full = MempoolView.Settings().maximum
        let ids = (0..<full).map { Hash256(0, 0, 0, UInt64($0)) }
        let few = Array(ids.prefix(full / 10))
        let times = try Stopwatch.medians(
            rounds: isQuick ? 1 : 5, [{ Self.askForAll(few) }, { Self.askForAll(ids) }])
        func each(_ time: Double, of count: Int) -> Double { time / Double(count) * 1e9 }
        return [
            Figure(
                "mempool: a listing of \(full / 1_000) thousand", each(times[1], of: ids.count), "ns",
                beside: .init(name: "\(few.count / 1_000) thousand", value: each(times[0], of: few.count)), limit: 3)
        ]
    }

    private static func askForAll(_ ids: [Hash256]) {
        var view = MempoolView(MempoolView.Settings())
        view.list(ids, of: 0, asked: Instant(.zero), ours: [])
        var asked = 0
        while case let batch = view.next(), !batch.isEmpty { asked += batch.count }
        precondition(asked == ids.count)
    }
}
