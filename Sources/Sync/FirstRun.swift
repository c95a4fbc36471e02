internal import Chain

/// Chooses the starting point of the first run and collects the headers below it, so that a reorganization soon after
/// finds its common ancestor stored.
struct FirstRun: Sendable {
    enum Ask: Hashable, Sendable {
        case header(height: Int64)
        case headers(after: BlockReference, limit: Int)
    }

    private let start: Start
    private let depth: Int64
    /// The height of the starting point; under `.tip` not known before a node is.
    private(set) var target: Int64?
    /// Linked, oldest first.
    private(set) var headers: [Header] = []

    init(start: Start, depth: Int) {
        self.start = start
        self.depth = Int64(max(0, depth))
        drop()
    }

    var isComplete: Bool { target != nil && headers.last?.height == target }

    /// A node with a lower tip is of no use yet.
    var lowestTip: Int64 { start == .tip ? 0 : target ?? 0 }

    /// What to ask next of a node with this tip; nil when it is below the starting point or nothing is missing.
    mutating func next(tip: Int64, limit: Int) -> Ask? {
        if start == .tip, target.map({ tip < $0 }) ?? true {
            drop()
            target = tip
        }
        guard let target, let lowest, target <= tip, !isComplete else { return nil }
        guard let last = headers.last else { return .header(height: lowest) }
        return .headers(after: last.reference, limit: min(limit, Int(target - last.height)))
    }

    /// Takes in the lowest header; one at another height was asked for with another starting point in mind.
    mutating func accept(_ header: Header, at height: Int64) throws(NodeError) {
        guard header.height == height else {
            throw NodeError(.malformed, "the node answered with header \(header.reference) when asked for \(height)")
        }
        if height == lowest, headers.isEmpty { headers = [header] }
    }

    /// Takes in the next headers: all of them, or none.
    mutating func accept(_ more: [Header]) throws(NodeError) {
        guard let last = headers.last, let target else { return }
        guard more.count <= target - last.height else {
            throw NodeError(.malformed, "\(more.count) headers after \(last.height), more than were asked for")
        }
        try more.requireLinked(to: last.reference)
        headers += more
    }

    private var lowest: Int64? { target.map { max(0, $0 - depth) } }

    /// Starts collecting anew.
    mutating func drop() {
        headers = []
        target =
            switch start {
            case .tip: nil
            case .height(let height): max(0, height - 1)
            }
    }
}
