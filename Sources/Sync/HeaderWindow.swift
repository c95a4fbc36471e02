internal import Chain

/// The headers of our chain that can still be disconnected from: linked, without a gap, the last one the cursor.
struct HeaderWindow: Sendable {
    /// How many blocks may be disconnected.
    private let depth: Int
    private var headers: [Header] = []

    init(depth: Int) {
        self.depth = max(0, depth)
    }

    var tip: Header? { headers.last }
    var lowest: Header? { headers.first }

    subscript(height: Int64) -> Header? {
        guard let lowest, height >= lowest.height, height - lowest.height < headers.count else { return nil }
        return headers[Int(height - lowest.height)]
    }

    func contains(_ reference: BlockReference) -> Bool { self[reference.height]?.reference == reference }

    /// What the blocks above `height` add to our chain.
    func work(above height: Int64) -> UInt128 {
        headers.reversed().prefix { $0.height > height }.totalWork
    }

    /// Starts anew with these.
    mutating func reset(to headers: [Header]) {
        self.headers = headers.suffix(depth + 1)
    }

    mutating func append(_ more: [Header]) {
        headers += more
        // Seldom, so that following costs no shift of the whole window at every block.
        if headers.count > 2 * (depth + 1) { headers.removeFirst(headers.count - depth - 1) }
    }

    /// Forgets every header above `reference`.
    mutating func truncate(to reference: BlockReference) {
        while let last = headers.last, last.height > reference.height { headers.removeLast() }
    }

    /// The lowest header that may be gone back to.
    var bottom: Header? { headers.suffix(depth + 1).first }
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
