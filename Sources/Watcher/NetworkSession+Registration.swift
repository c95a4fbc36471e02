import Chain
import Logging
import Payments
import Store
import Sync

/// How options become watched: first their keys get watch numbers, so that every later block is matched against
/// them; then the blocks before are scanned; then their registration is written, with what the scan found.
extension NetworkSession {
    private static let optionsMaximum = 500
    /// Blocks that a scan has read before following goes on.
    private static let blocksAtOnce = 64
    /// Of these, how many nodes are asked for at the same time.
    private static let fetchesMaximum = 8

    func register() async throws -> Sync.StepOutcome {
        guard let tip = base.tip else { return .nothingToDo }
        let claimed = try await watchNewOptions()
        let place: Int
        do {
            try await extendScans(to: tip)
            if hasUnscannedOptions { try await beginScan(at: tip) }
            // The shortest first: an old option with a long way back holds no new one up.
            guard let next = scans.indices.min(by: { scans[$0].remaining.count < scans[$1].remaining.count }) else {
                return claimed ? .committed(through: tip) : .nothingToDo
            }
            place = next
            try await proceed(with: place)
        } catch let error as NodeError {
            logger.warning("scan waits for a node", metadata: ["reason": "\(error)"])
            return .failed(retryAfter: .seconds(2))
        }
        if scans[place].remaining.isEmpty {
            try await finish(scans[place])
            scans.remove(at: place)
        }
        if !scans.isEmpty || hasUnscannedOptions { return .failed(retryAfter: .zero) }
        return .committed(through: base.tip ?? tip)
    }

    /// Parses the addresses of new options and commits which are watched and which refused; whether there were any.
    private func watchNewOptions() async throws -> Bool {
        let options = try await store.unregisteredOptions(watched: false, limit: Self.optionsMaximum)
        guard !options.isEmpty else { return false }
        let claims = options.map { option in
            Claim(owner: option.owner, ordinal: option.ordinal, key: key(of: option.address))
        }
        let holders = try await store.holders(of: claims.compactMap { try? $0.key.get() })
        let decision = Claim.decide(claims, holders: holders)
        var refusals: [Owner: [Registration]] = [:]
        for refusal in decision.refused {
            refusals[refusal.claim.owner, default: []].append(
                Registration(ordinal: refusal.claim.ordinal, refusal: refusal.reason))
        }
        try await decideAndCommit(
            { DossierQuery(owners: refusals.keys.map(\.id)) },
            decide: { dossiers, _, step in
                step.watches = decision.watched.map {
                    Step.Watch(owner: $0.claim.owner.id, ordinal: $0.claim.ordinal, key: $0.key)
                }
                step.changes = dossiers.map {
                    settle(
                        $0, Facts(tip: self.base.tip?.height ?? 0, registrations: refusals[$0.owner] ?? []), self.policy
                    )
                }
            })
        hasUnscannedOptions = hasUnscannedOptions || !decision.watched.isEmpty
        return true
    }

    private func key(of address: String) -> Result<WatchKey, AddressError> {
        do throws(AddressError) { return .success(try addresses.watchKey(of: address)) } catch {
            return .failure(error)
        }
    }

    // MARK: Scanning back

    /// Takes up the options that are watched and that no scan under way is for.
    private func beginScan(at tip: BlockReference) async throws {
        let known = Set(scans.flatMap { $0.options.map(\.id) })
        let waiting = try await store.unregisteredOptions(watched: true, limit: Self.optionsMaximum + known.count)
            .filter { !known.contains($0.id) }
        if !waiting.isEmpty { scans.append(try await scan(for: waiting, at: tip)) }
        hasUnscannedOptions = !waiting.isEmpty
    }

    /// The blocks to look at for these options: those of our chain from shortly before the oldest up to `tip`.
    private func scan(for options: [UnregisteredOption], at tip: BlockReference) async throws -> Scan {
        let beginning = Scan.beginning(of: options, lookBack: try await lookBack())
        var (blocks, isComplete) = try await store.headers(since: beginning)
        if !isComplete, let lowest = blocks.first {
            blocks = try await headersBelow(lowest, since: beginning) + blocks
        }
        if blocks.count > Self.blocksAtOnce {
            logger.info("scanning back", metadata: ["blocks": "\(blocks.count)", "options": "\(options.count)"])
        }
        return Scan(options: options, blocks: blocks, anchor: tip, memory: memory)
    }

    /// Blocks below the stored ones, linked to `lowest` hash by hash, oldest first.
    private func headersBelow(_ lowest: BlockReference, since beginning: Int64) async throws -> [BlockReference] {
        var below: [Header] = []
        var child = lowest
        while let parent = memory.parent(of: child) {
            if parent.time < beginning { return below.reversed().map(\.reference) }
            below.append(parent)
            child = parent.reference
        }
        below.reverse()
        var count: Int64 = 32
        while child.height > 0 {
            let from = max(0, child.height - count)
            count = min(500, 2 * count)
            let end = child
            let batch = try await fromAnyNode { node throws(NodeError) -> [Header] in
                guard let first = try await node.header(at: from) else { throw Self.missing(from, node) }
                let count = Int(end.height - from)
                let rest = try await node.headers(after: first.reference, limit: count) ?? []
                guard rest.count == count, rest.last?.reference == end else { throw Self.missing(end.height, node) }
                return [first] + rest.dropLast()
            }
            let wanted = batch.drop { $0.time < beginning }
            below = wanted + below
            if wanted.count < batch.count { break }
            child = batch[0].reference
        }
        return below.map(\.reference)
    }

    /// The chain's clock may be as far behind as its tip is: a sequencer that was down makes up for it block by block.
    private func lookBack() async throws -> Duration {
        guard let tip = try await store.window(1).last else { return settings.lookBack }
        let behind = Duration.seconds(try await store.time() - tip.time)
        return behind > settings.lookBack ? settings.lookBack + behind : settings.lookBack
    }

    /// What came meanwhile was matched against the keys already, but may spend what only a scan has found.
    private func extendScans(to tip: BlockReference) async throws {
        guard let lowest = scans.map(\.anchor.height).min(), lowest < tip.height else { return }
        let blocks = try await store.window(Int(clamping: tip.height - lowest)).map(\.reference)
        for place in scans.indices {
            let last = scans[place].anchor.height
            scans[place].extend(by: blocks.filter { $0.height > last })
        }
    }

    private static func missing(_ height: Int64, _ node: any ChainNode) -> NodeError {
        NodeError(.malformed, "\(node.name) does not have our block \(height) on its best chain")
    }

    private func proceed(with place: Int) async throws(NodeError) {
        let (keys, fingerprints) = (scans[place].keys, scans[place].fingerprints)
        let stretch = scans[place].stretch(reading: Self.blocksAtOnce) { memory.isUnread($0, for: fingerprints) }
        var found = Findings()
        for block in try await blocks(stretch.unread, for: keys) {
            found.add(look(at: block, scans[place].hits(in: block)))
        }
        scans[place].take(found, in: stretch.count)
        if let progress = scans[place].progress(at: now) {
            set(state, progress)
        } else if scans[place].remaining.isEmpty, stateReason?.hasPrefix(Scan.prefix) == true {
            set(state, nil)
        }
    }

    /// These blocks in their order, some asked for at the same time. What came is remembered, also where others did not.
    private func blocks(_ references: [BlockReference], for keys: Set<WatchKey>) async throws(NodeError) -> [Block] {
        let answers = await withTaskGroup(of: (Int, Result<Block, NodeError>).self) { group in
            var answers: [Int: Result<Block, NodeError>] = [:]
            for (place, reference) in references.enumerated() {
                if place >= Self.fetchesMaximum, let (place, answer) = await group.next() { answers[place] = answer }
                group.addTask {
                    (place, await answer { () throws(NodeError) in try await self.block(reference, for: keys) })
                }
            }
            for await (place, answer) in group { answers[place] = answer }
            return answers
        }
        memory.remember(answers.values.compactMap { try? $0.get() })
        var blocks: [Block] = []
        for place in references.indices {
            if let block = try answers[place]?.get() { blocks.append(block) }
        }
        return blocks
    }

    /// A block from any node whose balances bear out what it says to be paid to these keys.
    private func block(_ reference: BlockReference, for keys: Set<WatchKey>) async throws(NodeError) -> Block {
        try await fromAnyNode { node throws(NodeError) -> Block in
            guard let block = try await node.block(reference) else {
                throw NodeError(.malformed, "\(node.name) does not have block \(reference)")
            }
            try await Self.confirm(Self.doubtful(block, keys), of: reference, by: node)
            return block
        }
    }

    private static func doubtful(_ block: Block, _ keys: Set<WatchKey>) -> [Transfer] {
        block.transfers.filter { !$0.isProved && keys.contains($0.recipient) }
    }

    /// The first good answer of the nodes, the fittest asked first; the last one's error when there is none.
    func fromAnyNode<Value: Sendable>(
        _ ask: @escaping @Sendable (any ChainNode) async throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let fittest = machine.nodeForScan(at: now)
        var failure = NodeError(.unreachable, isStopping ? "confirmd is leaving" : "no node is configured")
        for place in [fittest].compactMap(\.self) + nodes.indices.filter({ $0 != fittest }) where !isStopping {
            do throws(NodeError) {
                return try await interrupts.answer { [nodes] () throws(NodeError) in try await ask(nodes[place]) }
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private func finish(_ scan: Scan) async throws {
        var findings = scan.findings
        // First, for they say when they were seen: the scan, which may find them too, knows their blocks' time alone.
        findings.arrivals = try await elsewhere(scan) + findings.arrivals
        if !findings.arrivals.isEmpty { findings.record(at: try await store.time()) }
        findings.add(try await sightings(of: scan.keys))
        try await noteOwners(ofWhatIsSpentIn: &findings)
        var registrations: [Owner: [Registration]] = [:]
        for option in scan.options {
            registrations[option.owner, default: []].append(Registration(ordinal: option.ordinal, refusal: nil))
        }
        try await decideAndCommit(
            { [findings, registrations] in
                self.query(for: findings, keys: scan.keys, owners: registrations.keys.map(\.id))
            },
            decide: { [findings, registrations] dossiers, agreement, step in
                step.anchor = scan.anchor
                self.settleAll(
                    dossiers, findings, self.reach(self.base.tip?.height ?? 0, agreement),
                    registrations: registrations, into: &step)
            })
    }

    /// What was rejected at these addresses under another wallet of the customer, for an asset that is now asked for.
    private func elsewhere(_ scan: Scan) async throws -> [Arrival] {
        try await store.unexpectedDeposits(of: scan.options.map(\.owner.id)).compactMap { unexpected in
            policy.asset(of: unexpected.transfer).map {
                Arrival(unexpected.transfer, of: $0, in: unexpected.block).recorded(at: unexpected.seenAt)
            }
        }
    }
}
