internal import Chain

/// The headers of our chain that can still be disconnected from: linked, without a gap, the last one the cursor.
///
/// Depth counts from the highest block that was ever connected: a chain that goes back in several pieces gets no deeper
/// than one that goes back at once.
struct HeaderWindow: Sendable {
    /// How many blocks may be disconnected.
    private let depth: Int
    private var headers: [Header] = []
    /// The lowest height that may be gone back to. Only starting anew lowers it.
    private var floor: Int64 = 0

    init(depth: Int) {
        self.depth = max(0, depth)
    }

    var tip: Header? { headers.last }
    /// What is held, as a rule a little more than may be gone back to.
    var lowest: Header? { headers.first }

    subscript(height: Int64) -> Header? {
        guard let lowest, height >= max(lowest.height, floor), height - lowest.height < headers.count else {
            return nil
        }
        return headers[Int(height - lowest.height)]
    }

    func contains(_ reference: BlockReference) -> Bool { self[reference.height]?.reference == reference }

    /// What the blocks above `height` add to our chain.
    func work(above height: Int64) -> UInt128 {
        headers.reversed().prefix { $0.height > height }.totalWork
    }

    /// Starts anew with these, and with the floor as the database has it.
    mutating func reset(to headers: [Header], floor: Int64? = nil) {
        self.headers = headers
        self.floor = floor ?? 0
        raiseFloor()
        trim()
    }

    mutating func append(_ more: [Header]) {
        headers += more
        raiseFloor()
        // Seldom, so that following costs no shift of the whole window at every block.
        if headers.count > 2 * (depth + 1) { trim() }
    }

    /// Forgets every header above `reference`.
    mutating func truncate(to reference: BlockReference) {
        while let last = headers.last, last.height > reference.height { headers.removeLast() }
    }

    /// The lowest header that may be gone back to.
    var bottom: Header? { lowest.flatMap { self[max(floor, $0.height)] } }

    private mutating func trim() {
        if let tip, let lowest { headers.removeFirst(Int(max(0, min(floor, tip.height) - lowest.height))) }
    }

    private mutating func raiseFloor() {
        if let tip { floor = max(floor, tip.height - Int64(depth)) }
    }
}

extension Sequence<Header> {
    /// The sum of what these add to their branch; more than fits counts as the most that does.
    var totalWork: UInt128 {
        reduce(0) { sum, header in
            let (total, overflow) = sum.addingReportingOverflow(header.work)
            return overflow ? .max : total
        }
    }
}
