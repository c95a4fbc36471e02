internal import Chain

/// Follows one branch forward from the cursor: headers linked to it, their blocks, and the run that a step is
/// committing. A block leaves only in order, verified to be the one its header named and a child of the one before.
///
/// The window holds, from its front: blocks offered to a step, blocks arrived, blocks on their way, headers only.
struct ChainFollower: Sendable {
    /// The last committed block; nil until the first run has chosen where to start.
    private(set) var cursor: BlockReference?
    private(set) var window: FetchWindow
    /// How many blocks at the window's front a step is committing.
    private(set) var offered = 0
    /// The branch was dropped while a step held its beginning: what the step leaves over is dropped too.
    private(set) var isCut = false

    init(limits: FetchWindow.Limits) {
        window = FetchWindow(limits: limits)
    }

    /// Where the next header must link.
    var end: BlockReference? { window.entries.last?.header.reference ?? cursor }

    /// Whether there are headers after the cursor.
    var hasBranch: Bool { !window.entries.isEmpty }

    /// Whether there is a run to offer.
    var hasArrivals: Bool { window.entries.first?.block != nil }

    /// Starts afresh from the database's cursor.
    mutating func reset(to cursor: BlockReference?) {
        self.cursor = cursor
        window.truncate(to: 0)
        offered = 0
        isCut = false
    }

    /// Takes in headers, oldest first: all of them, or none when one does not link to the one before.
    mutating func extend(by headers: [Header]) throws(NodeError) {
        guard let end else { return }
        try headers.requireLinked(to: end)
        for header in headers { window.append(header) }
    }

    /// Takes in the answer to a fetch of `reference`; one that is wanted no more is let go.
    /// Returns whether it was wanted.
    mutating func accept(_ block: Block, for reference: BlockReference) throws(NodeError) -> Bool {
        guard block.reference == reference else {
            throw NodeError(.malformed, "the node answered with block \(block.reference) when asked for \(reference)")
        }
        guard let header = window.awaited(reference) else { return false }
        guard block.header.parent == header.parent else {
            throw NodeError(
                .malformed, "block \(reference) names parent \(block.header.parent), its header named \(header.parent)")
        }
        window.arrive(block)
        return true
    }

    /// The blocks to connect next, none or at most `maximum`; they stay here until the step ends.
    mutating func offer(_ maximum: Int) -> [Block] {
        let blocks = window.front(maximum)
        offered = blocks.count
        return blocks
    }

    /// The step committed the run up to `reference`: those blocks are connected and the rest is offered again. Nil
    /// when the run does not hold that block.
    mutating func committed(through reference: BlockReference) -> [Block]? {
        let run = window.front(offered)
        guard let last = run.firstIndex(where: { $0.reference == reference }) else { return nil }
        cursor = reference
        window.removeFirst(last + 1)
        withdraw()
        return Array(run.prefix(through: last))
    }

    /// The step committed nothing.
    mutating func withdraw() {
        offered = 0
        if isCut { window.truncate(to: 0) }
        isCut = false
    }

    /// Forgets the branch after the cursor, except what a step holds.
    mutating func dropBranch() {
        isCut = offered > 0
        window.truncate(to: offered)
    }

    /// Forgets the branch from the first block that is not here: another node lists and serves the rest.
    mutating func dropUnfetched() {
        window.truncate(to: max(offered, window.front(window.entries.count).count))
    }

    mutating func fetches(from node: Int) -> [BlockReference] { window.fetches(from: node) }

    mutating func end(_ fetch: FetchWindow.Fetch) -> Bool { window.end(fetch) }

    mutating func shrink() { window.shrink() }
}
