public import Chain
internal import NodeHTTP

extension TronNode {
    /// For so long the tip that it gave last is its tip.
    private static let tipAge = Duration.seconds(10)

    public func header(at height: Int64) async throws(NodeError) -> Header? {
        try await session()
        let header = try await header("\(height)")
        guard header == nil || header?.height == height else {
            throw NodeError(.malformed, "\(name): asked for block \(height), it gave \(header?.height ?? 0)")
        }
        return header
    }

    /// By `getblockbylimitnext`, unless the node's tip is all that follows. The blocks are kept.
    public func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        try await session()
        remember { $0.followed = max($0.followed, block.height) }
        if limit > 0, let tip = recall({ $0.tip }), tip.value.parent == block.hash, now() - tip.asked < Self.tipAge {
            return [tip.value]
        }
        var linked: [Header] = []
        while linked.count < limit {
            // The block itself comes first, so that each answer tells whether it is on the best chain.
            let last = linked.last?.reference ?? block
            let (page, isLast) = try await blocks(from: last.height, count: limit - linked.count + 1)
            guard page.first?.reference == last else {
                guard linked.isEmpty else { return linked }
                doubtChain()
                try await session()
                return nil
            }
            var parent = last
            for block in page.dropFirst() {
                guard block.header.parent == parent.hash, block.header.height == parent.height + 1 else { break }
                parent = block.reference
                linked.append(block.header)
                remember { $0.shelf.put(block) }
            }
            // Its best chain changed while it answered.
            if parent != page.last?.reference { return linked.isEmpty ? nil : linked }
            if isLast || page.count == 1 { break }
        }
        return linked
    }

    public func knows(_ block: BlockReference) async throws(NodeError) -> Bool {
        try await session()
        return try await header("\(block.hash)")?.reference == block
    }

    /// The blocks from a height on, as many as it gives at once, and whether it has no more of those asked for. Where so
    /// many are refused, in whatever words, or their answer is too long for it or for us, fewer are asked for.
    private func blocks(
        from height: Int64, count: Int
    ) async throws(NodeError) -> (blocks: [BlockContents], isLast: Bool) {
        var most = recall { $0.pageSize }
        while true {
            let size = min(count, most)
            do throws(NodeError) {
                let answer = try await ask(
                    "/wallet/getblockbylimitnext", #"{"startNum":\#(height),"endNum":\#(height + Int64(size))}"#,
                    deadline: .seconds(60), maximumBytes: Maximum.blocks)
                let blocks = try decode({ () throws(DecodeError) in try decoder.blocks(answer) })
                if most < recall({ $0.pageSize }) { remember { $0.pageSize = most } }
                return (blocks, blocks.count < size || size == count)
            } catch {
                guard [.timedOut, .malformed, .refused].contains(error.code), size > 2 else { throw error }
                most = max(2, size / 4)
            }
        }
    }

    /// The header with this number or id; nil when there is none.
    func header(_ place: String) async throws(NodeError) -> Header? {
        let answer = try await ask("/wallet/getblock", #"{"id_or_num":"\#(place)","detail":false}"#)
        return try decode({ () throws(DecodeError) in try decoder.header(answer) })
    }
}
