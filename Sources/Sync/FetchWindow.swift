internal import Chain

/// The blocks that come next, in chain order: wanted, in flight or arrived. What arrived leaves at the front only, in
/// order. The number of requests in flight halves when the node is overtaxed and grows back by one for each round of
/// answers.
struct FetchWindow: Sendable {
    struct Limits: Sendable {
        /// Requests in flight, whatever node they went to.
        let inFlightMaximum: Int
        /// Blocks from the front that may be in flight or arrived.
        let blocksMaximum: Int
        /// Once the arrived blocks hold this many transfers, nothing but the very first block is fetched.
        let transfersMaximum: Int
    }

    struct Entry: Sendable {
        let header: Header
        var block: Block?
    }

    struct Fetch: Hashable, Sendable {
        let node: Int
        let reference: BlockReference
    }

    let limits: Limits
    private(set) var entries: [Entry] = []
    /// Every request that will still be answered, also those whose block is no longer wanted.
    private(set) var inFlight: [Fetch] = []
    private(set) var transfersBuffered = 0
    private(set) var allowance: Int
    private var answersSinceChange = 0

    init(limits: Limits) {
        self.limits = limits
        allowance = max(1, limits.inFlightMaximum)
    }

    mutating func append(_ header: Header) {
        entries.append(Entry(header: header))
    }

    /// The blocks to ask `node` for now; they count as in flight from here on.
    mutating func fetches(from node: Int) -> [BlockReference] {
        var references: [BlockReference] = []
        for (index, entry) in entries.prefix(limits.blocksMaximum).enumerated() where entry.block == nil {
            guard inFlight.count < allowance else { break }
            if transfersBuffered >= limits.transfersMaximum, index > 0 { break }
            let fetch = Fetch(node: node, reference: entry.header.reference)
            guard !inFlight.contains(fetch) else { continue }
            inFlight.append(fetch)
            references.append(fetch.reference)
        }
        return references
    }

    /// Ends a request. False when there was none: such an answer is nobody's.
    mutating func end(_ fetch: Fetch) -> Bool {
        guard let index = inFlight.firstIndex(of: fetch) else { return false }
        inFlight.remove(at: index)
        return true
    }

    /// The header of a block that there is room for; nil when it is not wanted, is here already, or comes too early:
    /// a late answer to an older order of things.
    func awaited(_ reference: BlockReference) -> Header? {
        guard let index = index(of: reference), index < limits.blocksMaximum, entries[index].block == nil else {
            return nil
        }
        return entries[index].header
    }

    /// Takes in a block that is `awaited`.
    mutating func arrive(_ block: Block) {
        guard let index = index(of: block.reference), entries[index].block == nil else { return }
        entries[index].block = block
        transfersBuffered += block.movementCount
        answersSinceChange += 1
        if answersSinceChange >= allowance, allowance < limits.inFlightMaximum {
            allowance += 1
            answersSinceChange = 0
        }
    }

    /// Halves the number of requests in flight, down to one.
    mutating func shrink() {
        allowance = max(1, allowance / 2)
        answersSinceChange = 0
    }

    /// The arrived blocks at the front without a gap, at most `maximum`.
    func front(_ maximum: Int) -> [Block] {
        var blocks: [Block] = []
        for entry in entries.prefix(maximum) {
            guard let block = entry.block else { break }
            blocks.append(block)
        }
        return blocks
    }

    mutating func removeFirst(_ count: Int) {
        forgetTransfers(of: entries.prefix(count))
        entries.removeFirst(count)
    }

    /// Wants nothing after the first `count` entries any more. Their requests stay in flight until they are answered.
    mutating func truncate(to count: Int) {
        forgetTransfers(of: entries.dropFirst(count))
        entries.removeLast(max(0, entries.count - count))
    }

    private mutating func forgetTransfers(of entries: ArraySlice<Entry>) {
        for entry in entries { transfersBuffered -= entry.block?.movementCount ?? 0 }
    }

    private func index(of reference: BlockReference) -> Int? {
        guard let first = entries.first, reference.height >= first.header.height else { return nil }
        let (index, overflow) = reference.height.subtractingReportingOverflow(first.header.height)
        guard !overflow, index < entries.count, entries[Int(index)].header.reference == reference else { return nil }
        return Int(index)
    }
}
