internal import Chain

/// Which step to perform, and what its outcome means.
extension NetworkMachine {
    /// By priority, highest first.
    enum StepKind: Sendable { case disconnect, register, connect, finalize, sight, observe }

    /// The step in flight.
    enum Step: Sendable {
        case start(BlockReference)
        case following(StepKind)
    }

    mutating func nextStep() -> StepPlan? {
        guard step == nil, stepNotBefore.map({ $0 <= now }) ?? true else { return nil }
        if let firstRun {
            guard firstRun.isComplete, let last = firstRun.headers.last else { return nil }
            step = .start(last.reference)
            return .start(headers: firstRun.headers)
        }
        if let rollback {
            step = .following(.disconnect)
            return .disconnect(to: rollback.block)
        }
        let observation = observationDue()
        let heights = settings.watchesFinality ? finality.advance(on: ours) : nil
        var ready: [StepKind] = []
        if isRegistrationPending { ready.append(.register) }
        if follower.hasArrivals { ready.append(.connect) }
        if heights != nil { ready.append(.finalize) }
        if isSightingPending { ready.append(.sight) }
        if observation != nil { ready.append(.observe) }
        // The kind that ran last lets another go first: an endless stream of one never holds up the rest.
        guard let kind = ready.first(where: { $0 != lastKind }) ?? ready.first else { return nil }
        step = .following(kind)
        lastKind = kind
        switch kind {
        case .disconnect: return nil
        case .register:
            isRegistrationPending = false
            return .register
        case .sight:
            isSightingPending = false
            return .sight
        case .finalize:
            guard let heights else { return nil }
            finality.offer(heights)
            return .finalize(heights)
        case .connect:
            return .connect(follower.offer(settings.runLengthMaximum))
        case .observe:
            guard let observation else { return nil }
            observed = (observation, now)
            return .observe(observation)
        }
    }

    mutating func endStep(_ outcome: StepOutcome) {
        guard let step else { return }
        self.step = nil
        switch (step, outcome) {
        case (.start(let start), .committed(let reference)):
            guard reference == start else { return halt(unexpected(reference)) }
            ours.reset(to: firstRun?.headers ?? [])
            firstRun = nil
            follower.reset(to: reference)
            movedOn()
        case (.following(.disconnect), .committed(let reference)):
            guard reference == rollback?.block else { return halt(unexpected(reference)) }
            rolledBack()
        case (.following(.finalize), .committed): finality.commit()
        case (.following(.connect), .committed(let reference)):
            guard let blocks = follower.committed(through: reference) else { return halt(unexpected(reference)) }
            ours.append(blocks.map(\.header))
            cursorSince = now
            fork = nil
            doubt = nil
            movedOn()
        case (.following(.register), .committed), (.following(.register), .nothingToDo),
            (.following(.observe), .committed), (.following(.observe), .nothingToDo),
            (.following(.sight), .committed), (.following(.sight), .nothingToDo):
            break
        case (.following(.disconnect), .refused(let reason)): refuseRollback(reason)
        case (_, .refused): retry(step, after: settings.pollInterval)
        case (_, .failed(let retryAfter, let error)):
            if let error { noteTrouble(error) }
            retry(step, after: retryAfter)
        case (_, .nothingToDo): retry(step, after: settings.pollInterval)
        }
    }

    private mutating func retry(_ step: Step, after pause: Duration) {
        stepNotBefore = now + min(max(.zero, pause), settings.retryAfterMaximum)
        switch step {
        case .start, .following(.disconnect), .following(.finalize): break
        case .following(.sight): isSightingPending = true
        case .following(.register): isRegistrationPending = true
        case .following(.connect): follower.withdraw()
        case .following(.observe): observed = nil
        }
    }

    private func unexpected(_ reference: BlockReference) -> String {
        "a step committed through block \(reference), which was not offered; resume the network to start from the database"
    }

    /// What nodes said of their tips, when it is news: a confirmation about once per poll interval and after each
    /// connect; while we are behind, a new head at most once per poll interval.
    private func observationDue() -> Observation? {
        guard let cursor else { return nil }
        if let (head, asked) = nodes.agreement.confirmation(of: cursor) {
            let observation = Observation(head: head, cursor: cursor, asked: asked)
            guard let observed, observed.observation.cursor == cursor, observed.observation.confirmsTip else {
                return observation
            }
            let isFresh = asked > observed.observation.asked && now >= observed.at + settings.pollInterval / 2
            return isFresh ? observation : nil
        }
        guard let (head, asked) = nodes.agreement.head(after: cursor), head.tip.height > cursor.height else {
            return nil
        }
        if let observed {
            let isNews = head.tip.height != observed.observation.head.tip.height
            guard isNews, now >= observed.at + settings.pollInterval else { return nil }
        }
        return Observation(head: head, cursor: cursor, asked: asked)
    }
}
