public import Chain
internal import NodeHTTP

extension BitcoinNode {
    /// The longest answer about headers that may have proofs of another chain's work, some 1 KB each.
    private static let maximumBytes = 64 << 20

    public func header(at height: Int64) async throws(NodeError) -> Header? {
        _ = try await session()
        guard let hash = try await hash(at: height) else { return nil }
        return try await header(of: hash).header(at: height)
    }

    /// Where headers don't prove their hashes, JSON-RPC is asked for each by the hash that the node says it has: what
    /// REST gives would have to be taken for what it is without a name.
    public func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        if try await session().hasREST, parameters.coin.provesHeaders {
            try await headersByREST(after: block, limit: limit)
        } else {
            try await headersByRPC(after: block, limit: limit)
        }
    }

    public func knows(_ block: BlockReference) async throws(NodeError) -> Bool {
        try await call(
            "getblockheader", [.string(block.hash.description), false], as: String.self, absent: [.notFound]) != nil
    }

    /// The header with this hash, which the node just spoke of.
    func header(of hash: Hash256) async throws(NodeError) -> BlockHeader {
        try header(of: hash, in: try await headerText(of: hash))
    }

    /// The header with this hash, as hexadecimal text.
    func headerText(of hash: Hash256) async throws(NodeError) -> String {
        do {
            return try await rpc.call(
                "getblockheader", [.string(hash.description), false], maximumBytes: Self.maximumBytes)
        } catch {
            throw failure(error)
        }
    }

    private func header(of hash: Hash256, in text: String) throws(NodeError) -> BlockHeader {
        let headers = try headers(in: Hex.decode(text) ?? [], named: hash)
        guard headers.count == 1 else {
            throw NodeError(.malformed, "\(name): the answer to getblockheader is not one header")
        }
        return headers[0]
    }

    private func headers(in bytes: [UInt8], named hash: Hash256? = nil) throws(NodeError) -> [BlockHeader] {
        var headers: [BlockHeader] = []
        var offset = 0
        do {
            while offset < bytes.count {
                headers.append(try BlockHeader(bytes.span.bytes, at: &offset, named: hash, on: parameters))
            }
        } catch {
            throw NodeError(error, from: name)
        }
        return headers
    }

    /// One consistent answer: the block itself and its successors, or nothing when it is not on the best chain.
    private func headersByREST(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        let isMergeMined = parameters.coin.isMergeMined
        let count = min(max(limit, 0), isMergeMined ? 499 : 1_999) + 1
        let response: HTTPResponse
        do {
            response = try await rpc.get(
                "/rest/headers/\(count)/\(block.hash).bin",
                maximumBytes: isMergeMined ? Self.maximumBytes : count * BlockHeader.size)
        } catch {
            throw failure(error)
        }
        guard response.status == 200 else {
            throw failure(HTTPError(.unreachable, "\(name): its REST interface is gone; the next call does without"))
        }
        let found = try headers(in: response.body)
        guard let first = found.first else { return nil }
        guard first.hash == block.hash else {
            throw NodeError(
                .malformed, "\(name): asked for the headers from \(block.hash) on, it began with \(first.hash)")
        }
        let linked = linked(found.dropFirst(), after: block)
        guard linked.count == found.count - 1 else {
            throw NodeError(.malformed, "\(name): its headers after \(block) are not linked")
        }
        return linked
    }

    /// Several answers, between which the best chain may change: what links is returned.
    private func headersByRPC(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        let hash = JSONValue.string(block.hash.description)
        guard
            let place = try await call("getblockheader", [hash, true], as: HeaderPlace.self, absent: [.notFound]),
            place.confirmations > 0
        else { return nil }
        guard place.height.value == block.height else {
            throw NodeError(
                .malformed, "\(name): it has \(block.hash) at height \(place.height.value), not \(block.height)")
        }
        let count = min(Int64(min(max(limit, 0), 500)), place.confirmations - 1)
        guard count > 0 else { return [] }
        let texts = try await batch((1...count).map { RPCCall("getblockhash", [.integer(block.height + $0)]) })
        var hashes: [Hash256] = []
        for text in texts { hashes.append(try self.hash(text, from: "getblockhash")) }
        let raw = try await batch(hashes.map { RPCCall("getblockheader", [.string($0.description), false]) })
        var found: [BlockHeader] = []
        for (hash, text) in zip(hashes, raw) { found.append(try header(of: hash, in: text)) }
        let linked = linked(found[...], after: block)
        return linked.isEmpty && !found.isEmpty ? nil : linked
    }

    /// The texts that the calls give, up to the first that fails because the chain became shorter meanwhile.
    private func batch(_ calls: [RPCCall]) async throws(NodeError) -> [String] {
        guard !calls.isEmpty else { return [] }
        let results: [Result<String, RPCError>]
        do {
            results = try await rpc.batchResults(calls, as: String.self, maximumBytes: Self.maximumBytes)
        } catch {
            throw failure(error)
        }
        var texts: [String] = []
        for result in results {
            switch result {
            case .success(let text): texts.append(text)
            case .failure(.node(code: NodeCode.outOfRange.rawValue, message: _)): return texts
            case .failure(let error): throw failure(error)
            }
        }
        return texts
    }

    /// As many of `headers` as follow one another, beginning with the successor of `block`.
    private func linked(_ headers: ArraySlice<BlockHeader>, after block: BlockReference) -> [Header] {
        var linked: [Header] = []
        for header in headers {
            guard header.parent == linked.last?.hash ?? block.hash else { break }
            linked.append(header.header(at: block.height + Int64(linked.count) + 1))
        }
        return linked
    }

    /// What a node says of where a block is.
    struct HeaderPlace: Decodable, Sendable {
        /// -1 for a block that is not on its best chain.
        let confirmations: Int64
        let height: Height
    }
}
