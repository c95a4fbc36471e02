public import Chain
internal import NodeHTTP

extension EVMNode {
    public func header(at height: Int64) async throws(NodeError) -> Header? {
        try await session()
        let header = try await header(height.quantity)
        guard header == nil || header?.height == height else {
            throw NodeError(.malformed, "\(name): asked for block \(height), it gave \(header?.height ?? 0)")
        }
        return header
    }

    public func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        try await session()
        // The block itself comes first, so that one answer tells whether it is on the best chain.
        let heights = block.height...block.height + Int64(min(max(limit, 0), 500))
        let calls = heights.map { RPCCall("eth_getBlockByNumber", [.string($0.quantity), false]) }
        var headers: [Header] = []
        for text in try await batch(calls) {
            // Above its tip there is none.
            guard !text.isEqual(to: "null") else { break }
            headers.append(try header(in: text))
        }
        guard headers.first?.reference == block else { return nil }
        // Several answers, between which the best chain may change: what links is returned.
        var linked: [Header] = []
        for header in headers.dropFirst() {
            guard header.parent == linked.last?.hash ?? block.hash,
                header.height == block.height + Int64(linked.count) + 1
            else { break }
            linked.append(header)
        }
        return linked.isEmpty && headers.count > 1 ? nil : linked
    }

    public func knows(_ block: BlockReference) async throws(NodeError) -> Bool {
        try await header(of: block.hash)?.reference == block
    }

    public func finality() async throws(NodeError) -> [FinalityTag: BlockReference] {
        try await session()
        var references: [FinalityTag: BlockReference] = [:]
        for tag in [FinalityTag.safe, .finalized] {
            // A chain without them says that it does not understand, or that there is no such block.
            let text = try await call(
                "eth_getBlockByNumber", [.string(tag.rawValue), false],
                nilFor: [.absent, .notReady, .other, .unknownMethod])
            if let text { references[tag] = try header(in: text).reference }
        }
        return references
    }

    /// The header with this hash; nil when the node does not have it.
    func header(of hash: Hash256) async throws(NodeError) -> Header? {
        let text = try await call(
            "eth_getBlockByHash", [.string("0x\(hash)"), false], nilFor: [.absent])
        guard let header = try text.map({ text throws(NodeError) in try header(in: text) }) else { return nil }
        guard header.hash == hash else {
            throw NodeError(.malformed, "\(name): asked for block \(hash), it gave \(header.hash)")
        }
        return header
    }

    /// The header at a height or a tag; nil when there is none.
    func header(_ place: String) async throws(NodeError) -> Header? {
        let text = try await call("eth_getBlockByNumber", [.string(place), false], nilFor: [.absent])
        return try text.map { text throws(NodeError) in try header(in: text) }
    }

    private func header(in text: ArraySlice<UInt8>) throws(NodeError) -> Header {
        do { return try decoder.header(from: text) } catch { throw NodeError(error, from: name) }
    }
}

extension Int64 {
    /// As nodes read numbers.
    var quantity: String { "0x" + String(self, radix: 16) }
}
