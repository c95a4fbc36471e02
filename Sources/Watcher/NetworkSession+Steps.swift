import Chain
import Foundation
import Logging
import Payments
import Store
import Sync
import Telemetry

extension NetworkSession {
    /// Carries out a plan of the machine: decides what it means and commits it.
    func perform(_ plan: StepPlan) async throws -> Sync.StepOutcome {
        switch plan {
        case .start(let headers): try await begin(with: headers)
        case .connect(let blocks): try await connect(blocks)
        case .disconnect(let block): try await disconnect(to: block)
        case .finalize(let heights): try await finalize(heights)
        case .sight: try await sight()
        case .observe(let observation): try await observe(observation)
        case .register: try await register()
        }
    }

    private func begin(with headers: [Header]) async throws -> Sync.StepOutcome {
        guard let last = headers.last else { return .nothingToDo }
        var step = step()
        step.headers = headers
        try await commit(step)
        logger.info("first run", metadata: ["start": "\(last.reference)"])
        return .committed(through: last.reference)
    }

    private func observe(_ observation: Observation) async throws -> Sync.StepOutcome {
        guard observation.cursor == base.tip else { return .nothingToDo }
        var step = step()
        step.headHeight = observation.head.tip.height
        if observation.confirmsTip { step.observedAgo = now - observation.asked }
        try await commit(step)
        return .committed(through: observation.cursor)
    }

    /// Connects the beginning of the run up to and including the first block that may hold a payment of ours. Blocks
    /// before it change nothing but the cursor and what becomes due.
    private func connect(_ blocks: [Block]) async throws -> Sync.StepOutcome {
        var run: [Block] = []
        var findings = Findings()
        for block in blocks {
            run.append(block)
            findings = look(at: block, index.hits(in: block))
            findings.losses = unmined.excluded(by: block.spends).map { Loss($0, .doubleSpent) }
            if !findings.isEmpty { break }
        }
        guard let last = run.last else { return .nothingToDo }
        let tip = last.reference
        if !findings.arrivals.isEmpty { findings.record(at: try await store.time()) }
        do throws(NodeError) {
            try await confirm(findings, of: last.reference)
        } catch {
            guard error.code != .malformed else { throw Interruption.outdated(reason: "\(error)") }
            logger.warning("a block waits for a node to confirm it", metadata: ["reason": "\(error)"])
            return .failed(retryAfter: .seconds(2), because: error)
        }
        let start = now
        try await noteOwners(ofWhatIsSpentIn: &findings)
        do {
            try await decideAndCommit(
                { [findings] in self.query(for: findings, due: self.reach(tip.height)) },
                decide: { [findings] dossiers, agreement, step in
                    step.headers = run.map(\.header)
                    if self.isStillHalted { (step.state, step.stateReason) = (.syncing, nil) }
                    self.settleAll(dossiers, findings, self.reach(tip.height, agreement), into: &step)
                })
        } catch Interruption.unwritable(let reason) {
            // Which of them it is shows when they come one by one.
            if run.count > 1 { return try await connect([run[0]]) }
            current.refuse(last.reference, for: reason)
            throw Interruption.outdated(reason: "the database can't hold block \(last.reference): \(reason)")
        }
        memory.remember(run)
        metrics.add(Double(run.count), to: .blocksApplied, settings.network)
        metrics.observe((now - start) / .seconds(1), in: .blockApplyDuration, settings.network)
        metrics.set(.lastBlockApplied, settings.network, to: Date().timeIntervalSince1970)
        notePace(at: tip.height)
        return .committed(through: tip)
    }

    /// Records how far the chain is settled, with what has become due by it.
    private func finalize(_ heights: [FinalityTag: Int64]) async throws -> Sync.StepOutcome {
        guard let tip = base.tip else { return .nothingToDo }
        let reach = Reach(tip: tip.height, finality: heights)
        try await decideAndCommit(
            { self.query(for: Findings(), due: reach) },
            decide: { dossiers, agreement, step in
                step.finality = heights
                let facts = Facts(reach: agreement.applied(to: reach))
                step.changes = dossiers.map { settle($0, facts, self.policy) }
            })
        return .committed(through: tip)
    }

    /// How far our chain reaches with this tip, as far as it may be relied on.
    func reach(_ tip: Int64, _ agreement: Agreement = Agreement()) -> Reach {
        let frozen = machine.frozenTags
        let finality = base.finality.filter { !frozen.contains($0.key) }.mapValues { min($0, tip) }
        return agreement.applied(to: Reach(tip: tip, finality: finality))
    }

    /// Takes the blocks above `block` off our chain, and back what their deposits had led to.
    private func disconnect(to block: BlockReference) async throws -> Sync.StepOutcome {
        guard let tip = base.tip, tip.height > block.height else { return .nothingToDo }
        guard try await mayDisconnect(to: block) else {
            return .refused(
                reason: "its branch takes back settled blocks, from \(block) on, that enough other nodes still have")
        }
        logger.warning(
            "reorganization",
            metadata: ["from": "\(tip)", "to": "\(block)", "blocks": "\(tip.height - block.height)"])
        for (tag, height) in base.finality where height > block.height {
            logger.error(
                "blocks that the nodes had called settled are disconnected",
                metadata: ["tag": "\(tag)", "was": "\(height)", "to": "\(block.height)"])
        }
        try await decideAndCommit(
            { DossierQuery(above: block.height) },
            decide: { dossiers, agreement, step in
                step.disconnect(to: block)
                let facts = Facts(reach: self.reach(block.height, agreement), disconnectedTo: block.height)
                step.changes = dossiers.map { settle($0, facts, self.policy) }
            })
        metrics.add(to: .reorganizations, settings.network)
        metrics.observe(Double(tip.height - block.height), in: .reorganizationDepth, settings.network)
        unmined = UnminedTransactions(try await store.unmined())
        mempool?.retell()
        let hadScans = scans.count
        scans.removeAll { $0.anchor.height > block.height }
        hasUnscannedOptions = hasUnscannedOptions || scans.count < hadScans
        return .committed(through: block)
    }

    /// Judges every deposit that may still change under the policy in force: it may be another one than when they were
    /// last judged.
    func judgeAnew() async throws {
        guard let tip = base.tip else { return }
        try await decideAndCommit(
            {
                var query = DossierQuery(due: .everything)
                query.retriesSetAside = true
                return query
            },
            decide: { dossiers, agreement, step in
                let facts = Facts(reach: self.reach(tip.height, agreement), isPolicyChange: true)
                step.changes = dossiers.map { settle($0, facts, self.policy) }
            })
    }

    /// Judges what is due already and was held back.
    func judgeDue() async throws {
        guard let tip = base.tip else { return }
        try await decideAndCommit(
            { self.query(for: Findings(), due: self.reach(tip.height)) },
            decide: { dossiers, agreement, step in
                let facts = Facts(reach: self.reach(tip.height, agreement))
                step.changes = dossiers.map { settle($0, facts, self.policy) }
            })
    }

    // MARK: Committing

    private func count(_ changes: [Changes]) {
        for passage in changes.flatMap(\.passages) {
            metrics.add(to: .deposits, settings.network, passage.asset, passage.status.rawValue)
            if passage.status == .reversed { metrics.add(to: .reversedDeposits, settings.network) }
        }
    }

    /// Loads, decides and commits.
    func decideAndCommit(
        _ query: () -> DossierQuery, decide: ([Dossier], Agreement, inout Step) -> Void
    ) async throws {
        defer { heartbeat.end(at: now) }
        let step = try await committer.commit { setAside in try await decision(query(), setAside, decide) }
        if let step { await take(step) }
    }

    private func decision(
        _ query: DossierQuery, _ setAside: [UUID: String],
        _ decide: ([Dossier], Agreement, inout Step) -> Void
    ) async throws -> Step {
        let dossiers = try await store.dossiers(query).settingAside(setAside)
        // One owner may be paid in very many outputs.
        heartbeat.begin(workOn: dossiers.reduce(query.deposits.count) { $0 + $1.deposits.count }, at: now)
        let agreement = try await agreement { agreement, step in decide(dossiers, agreement, &step) }
        var step = step()
        decide(dossiers, agreement, &step)
        // Other thresholds for all that is open: seldom, so that it is loaded only then.
        if !query.needsOpen, step.changes.contains(where: \.isIncomplete) {
            var query = query
            query.needsOpen = true
            return try await decision(query, setAside, decide)
        }
        return step
    }

    /// Commits a step that takes no decision.
    func commit(_ step: Step) async throws {
        try await committer.commit(step)
        await take(step)
    }

    /// Takes over what a step has changed, now that it is committed.
    private func take(_ step: Step) async {
        for watch in step.watches { index.insert(watch.key) }
        noteUnmined(after: step)
        count(step.changes)
        await committer.announce(step)
    }
}
