internal import Chain

extension Header {
    /// Whether this is a child of `parent`: its hash is named and its height is one less.
    func follows(_ parent: BlockReference) -> Bool {
        self.parent == parent.hash && height.subtractingReportingOverflow(1) == (parent.height, false)
    }
}

extension [Header] {
    /// Throws unless the first follows `parent` and each the one before it.
    func requireLinked(to parent: BlockReference) throws(NodeError) {
        var previous = parent
        for header in self {
            guard header.follows(previous) else {
                throw NodeError(
                    .malformed, "header \(header.reference) with parent \(header.parent) does not follow \(previous)")
            }
            previous = header.reference
        }
    }
}
