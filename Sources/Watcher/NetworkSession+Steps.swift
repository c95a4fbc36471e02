import Chain
import Foundation
import Logging
import Payments
import Postgres
import Store
import Sync

extension NetworkSession {
    /// Carries out a plan of the machine: decides what it means and commits it.
    func perform(_ plan: StepPlan) async throws -> Sync.StepOutcome {
        switch plan {
        case .start(let headers): try await begin(with: headers)
        case .connect(let blocks): try await connect(blocks)
        case .disconnect(let block): try await disconnect(to: block)
        case .sight: .nothingToDo
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
        var hits: [Arrival] = []
        for block in blocks {
            run.append(block)
            hits = arrivals(in: block, at: index.hits(in: block))
            if !hits.isEmpty { break }
        }
        guard let tip = run.last?.reference else { return .nothingToDo }
        try await decideAndCommit(
            load: {
                try await self.store.dossiers(
                    keys: Array(Set(hits.map(\.transfer.recipient))), due: tip.height, deposits: self.ids(of: hits))
            },
            decide: { dossiers, step in
                let routed = route(hits, to: dossiers, network: self.settings.network)
                step.headers = run.map(\.header)
                step.changes = dossiers.map {
                    settle($0, Facts(tip: tip.height, arrivals: routed[$0.owner.id] ?? []), self.policy)
                }
            })
        return .committed(through: tip)
    }

    /// Takes the blocks above `block` off our chain, and back what their deposits had led to.
    private func disconnect(to block: BlockReference) async throws -> Sync.StepOutcome {
        guard let tip = base.tip, tip.height > block.height else { return .nothingToDo }
        logger.warning(
            "reorganisation",
            metadata: ["from": "\(tip)", "to": "\(block)", "blocks": "\(tip.height - block.height)"])
        try await decideAndCommit(
            load: { try await self.store.dossiers(above: block.height) },
            decide: { dossiers, step in
                step.disconnectedTo = block
                step.changes = dossiers.map {
                    settle($0, Facts(tip: block.height, disconnectedTo: block.height), self.policy)
                }
            })
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
            load: { try await self.store.dossiers(due: .max) },
            decide: { dossiers, step in
                step.changes = dossiers.map {
                    settle($0, Facts(tip: tip.height, isPolicyChange: true), self.policy)
                }
            })
    }

    /// The transfers at these places of the block that moved a listed asset.
    func arrivals(in block: Block, at places: [Int]) -> [Arrival] {
        let stamp = BlockStamp(block.header)
        return places.compactMap { place in
            let transfer = block.transfers[place]
            return policy.asset(of: transfer).map { Arrival(transfer, of: $0, in: stamp) }
        }
    }

    func ids(of arrivals: [Arrival]) -> [UUID] {
        arrivals.map {
            StableID.deposit(network: settings.network, asset: $0.asset.code, transfer: $0.transfer)
        }
    }

    // MARK: Committing

    /// Loads, decides and commits; when an owner changed in between, all of it again.
    func decideAndCommit(
        load: () async throws -> [Dossier], decide: ([Dossier], inout Step) -> Void
    ) async throws {
        for attempt in 1... {
            let dossiers = try await load()
            var step = step()
            decide(dossiers, &step)
            step.changes.removeAll(where: \.isEmpty)
            do {
                return try await commit(step)
            } catch Interruption.outdated(let reason) where attempt < 5 {
                guard try await store.snapshot() == base else { throw Interruption.outdated(reason: reason) }
                logger.debug("deciding again", metadata: ["reason": "\(reason)"])
            }
        }
    }

    /// Writes a step and takes over where the network then stands. A commit whose fate is unknown is looked up: it
    /// counts as done when the lane has moved by its one step.
    func commit(_ step: Step) async throws {
        do {
            switch try await store.commit(step) {
            case .committed(let snapshot): base = snapshot
            case .stale(let reason): throw Interruption.outdated(reason: reason)
            case .fenced: throw Interruption.fenced
            case .retired: throw Interruption.retired
            }
        } catch let error as PostgresError where error.disposition == .retry && error.code != .cancelled {
            logger.warning("commit failed; looking up whether it took effect", metadata: ["reason": "\(error)"])
            let now = try await store.snapshot()
            guard now.epoch == step.base.epoch else { throw Interruption.fenced }
            guard now.step == step.base.step + 1 else { throw Interruption.refused(reason: "\(error)") }
            base = now
        }
        for watch in step.watches { index.insert(watch.key) }
        await store.announce(step.changes.flatMap(\.events) + step.networkEvents, logger)
    }
}
