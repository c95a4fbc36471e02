import Chain

/// A node as one daemon sees it, over a network with faults.
struct NodeView: ChainNode {
    let node: ModelNode
    let host: Host
    let weather: Weather
    let source: NodeLink
    let flights: Flights
    /// Whom lies may say to be paid.
    let victims: [WatchKey]

    var name: String { node.name }

    /// Asks the node; `lies` are what it may say while it gives wrong answers.
    private func ask<Value: Sendable>(
        empty: Value? = nil, _ lies: NodeLink.Lies<Value> = .init(), isMachines: Bool = false,
        _ body: @escaping () -> Value
    ) async throws(NodeError) -> Value {
        let answered = await host.wait { (answer: @escaping (Result<Value, NodeError>) -> Void) in
            source.send(empty: empty, lies, isMachines: isMachines, body, answer)
        }
        guard let answered else { throw NodeError(.unreachable, "the task was canceled") }
        return try answered.get()
    }

    func state() async throws(NodeError) -> NodeState {
        let lack = weather.has(.nodeDownloading, at: name) ? "it downloads" : nil
        if lack != nil { weather.fire(.nodeDownloading) }
        var lies = NodeLink.Lies<NodeState>(kinds: [.otherChain, .emptyClaim, .staleTip, .tipBeyond])
        lies.atRandom = {
            let (lie, tip) = source.otherTip()
            return (lie, NodeState(tip: tip, lack: lack))
        }
        lies.tell = { lie in
            switch lie {
            case .otherChain: .failure(NodeError(.wrongChain, "\(name) serves another chain"))
            case .emptyClaim: .success(NodeState(tip: source.emptyClaim(), lack: lack))
            case .staleTip: .success(NodeState(tip: source.staleTip(), lack: lack))
            default: .success(NodeState(tip: source.tipBeyond(), lack: lack))
            }
        }
        return try await ask(lies, isMachines: true) { NodeState(tip: node.header, lack: lack) }
    }

    func header(at height: Int64) async throws(NodeError) -> Header? {
        let found: () -> Header? = {
            guard height >= 0, height < node.path.count else { return nil }
            return node.tree.nodes[node.path[Int(height)]].header
        }
        var lies = NodeLink.Lies<Header?>(kinds: [.falseAgreement, .wrongHash])
        lies.tell = { lie in
            if lie == .falseAgreement { return node.tree.invented(at: height).map { .success($0) } }
            // An adapter knows how its chain begins.
            if height == 0 { return .failure(NodeError(.wrongChain, "\(name) begins with another block")) }
            return found().map { .success($0.renamed) }
        }
        return try await ask(empty: .some(nil), lies, found)
    }

    func headers(after block: BlockReference, limit: Int) async throws(NodeError) -> [Header]? {
        let found: () -> [Header]? = {
            guard let place = node.tree.places[block.hash], node.tree.isOn(place, node.path) else { return nil }
            return node.path.dropFirst(Int(block.height) + 1).prefix(limit).map { node.tree.nodes[$0].header }
        }
        var lies = NodeLink.Lies<[Header]?>(kinds: [.unlinkedHeaders, .fewerHeaders])
        lies.atRandom = {
            found().map { headers in
                let (lie, some) = source.disarranged(headers)
                return (lie, .some(some))
            }
        }
        lies.tell = { lie in
            guard let headers = found(), let last = headers.last else { return nil }
            if lie == .fewerHeaders { return .success(headers.dropLast(headers.count / 2 + 1)) }
            return .success(headers.count > 1 ? headers.reversed() : [last.unlinked])
        }
        return try await ask(empty: .some([]), lies, isMachines: true, found)
    }

    func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        flights.begin()
        defer { flights.end() }
        let found: () -> Block? = { node.knows(reference.hash).map { node.tree.nodes[$0].block } }
        var lies = NodeLink.Lies<Block?>(
            kinds: [.missingBlock, .otherBlock, .emptyBlock, .alteredBlock, .alteredTrace, .inventedTrace])
        lies.tell = { lie in found().flatMap { tell(lie, about: $0) } }
        return try await ask(empty: .some(nil), lies, isMachines: true) {
            guard let block = found() else { return nil }
            if node.tree.isInvented(reference.hash) { source.noteInvented(reference) }
            return block
        }
    }

    private func tell(_ lie: Lie, about block: Block) -> Result<Block?, NodeError>? {
        let refused = Result<Block?, NodeError>.failure(
            NodeError(.malformed, "block \(block.reference) of \(name) is not what its hash commits to"))
        switch lie {
        case .missingBlock: return .success(nil)
        case .otherBlock: return refused
        case .emptyBlock: return block.transfers.isEmpty ? nil : refused
        case .alteredBlock: return block.transfers.contains(where: \.isProved) ? refused : nil
        case .alteredTrace, .inventedTrace:
            guard node.tree.style == .accounts,
                let told = lie == .alteredTrace ? source.altered(block) : source.padded(block, paying: victims)
            else { return nil }
            source.noteTrace(lie, of: block.header.hash)
            return .success(told)
        default: return nil
        }
    }

    /// What it has is what its balances bear out, whatever it said.
    func confirms(_ transfers: [Transfer], of block: BlockReference) async throws(NodeError) -> Bool {
        let found = try await ask { node.knows(block.hash).map { node.tree.nodes[$0].block.transfers } }
        guard let found else { throw NodeError(.malformed, "\(name) does not have block \(block)") }
        let isBorneOut = source.sabotage == .confirmsAll || transfers.allSatisfy(found.contains)
        if !isBorneOut { source.refuted(block.hash) }
        return isBorneOut
    }

    func finality() async throws(NodeError) -> [FinalityTag: BlockReference] {
        let found: () -> [FinalityTag: BlockReference] = { node.finality }
        var lies = NodeLink.Lies<[FinalityTag: BlockReference]>(
            kinds: [.finalityRegress, .finalityAhead, .finalityBehind])
        lies.tell = { lie in
            let truth = found()
            let before = source.finalityTold
            guard !truth.isEmpty else { return nil }
            switch lie {
            case .finalityAhead:
                // Of a chain that is to stay: else the daemon could only wait for one as high.
                let tip = node.tree.nodes[node.tip]
                return tip.isInvented || tip.isSecret ? nil : .success(truth.mapValues { _ in tip.header.reference })
            case .finalityBehind: return before.isEmpty || before == truth ? nil : .success(before)
            default:
                guard before.values.contains(where: { $0.height > 3 }) else { return nil }
                return .success(before.mapValues { node.tree.ancestor(of: $0, by: 3) })
            }
        }
        let said = try await ask(empty: [:], lies, isMachines: true, found)
        source.noteFinality(said)
        return said
    }

    func waitForTip(otherThan known: Hash256, timeout: Duration) async throws(NodeError) {
        guard node.hasLongPoll, node.header.hash == known, weather.isClear(at: name) else { return }
        let _: Void? = await host.wait { wake in
            host.loop.after(timeout) { wake(()) }
            node.waitForTip { host.loop.after(.milliseconds(5)) { wake(()) } }
        }
    }

    func mempool() async throws(NodeError) -> [Hash256]? { try await ask(empty: .some([])) { node.mempool } }

    func unconfirmed(_ ids: [Hash256]) async throws(NodeError) -> [UnconfirmedTransaction] {
        try await ask(empty: []) {
            let pool = Set(node.mempool)
            return ids.filter(pool.contains).compactMap { node.tree.transactions[$0] }.map {
                UnconfirmedTransaction(
                    id: $0.id, transfers: $0.transfers(from: 0, maturity: 0, as: node.tree.style), spends: $0.spends)
            }
        }
    }
}

extension Header {
    /// Another block in its place.
    fileprivate var renamed: Header {
        Header(
            reference: BlockReference(height: height, hash: Hash256(9, 9, UInt64(height), 9)), parent: parent,
            time: time, work: work)
    }

    /// The same after another block.
    fileprivate var unlinked: Header {
        Header(reference: reference, parent: Hash256(9, 9, 9, 9), time: time, work: work)
    }
}
