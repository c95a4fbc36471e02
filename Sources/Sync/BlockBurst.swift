public import Chain

/// Blocks of a proof-of-work chain that come much faster than its difficulty is set for: hash power that was elsewhere
/// before. Judged by what the blocks themselves say of their time, so that blocks read late are not a burst; the span counts
/// from the earliest to the latest, which no single false time makes shorter.
public struct BlockBurst: Sendable {
    /// A chain that keeps its pace makes 16 blocks in the time of 4 about once in 200,000 blocks.
    static let blocks = 16
    static let haste = 4

    private let span: Int64
    /// Of the last blocks of our chain, oldest first.
    private var times: [(height: Int64, time: Int64)] = []

    /// - Parameter spacing: from block to block, as the chain aims at.
    public init(spacing: Duration) {
        span = Int64(spacing / .seconds(1)) * Int64(Self.blocks / Self.haste)
    }

    /// Takes the next blocks of our chain, in place of any at their heights; the time of the last block that ended a burst,
    /// nil when none did.
    public mutating func connect(_ headers: [Header]) -> Int64? {
        var burst: Int64?
        for header in headers {
            times.removeAll { $0.height >= header.height }
            times.append((header.height, header.time))
            if times.count > Self.blocks + 1 { times.removeFirst() }
            guard times.count == Self.blocks + 1, let first = times.map(\.time).min(),
                let last = times.map(\.time).max(), last - first <= span
            else { continue }
            burst = last
        }
        return burst
    }
}
