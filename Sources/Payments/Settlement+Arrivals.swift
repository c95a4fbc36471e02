import Chain

/// What is seen of deposits, in blocks and in the mempool.
extension Settlement {
    mutating func record(_ arrival: Arrival, _ policy: Policy) {
        let transfer = arrival.transfer
        let id = StableID.deposit(network: policy.network, asset: arrival.asset.code, transfer: transfer)
        if let known = place(of: id) { return sight(known, again: arrival) }
        let addressed = dossier.options.filter { $0.key == transfer.recipient }
        let here = addressed.filter { $0.network == policy.network }
        guard let option = here.first(where: { $0.asset == arrival.asset.code }) ?? here.first ?? addressed.first else {
            return
        }
        // On another network than it was asked for it may never have been a payment: only a block makes it news.
        if option.network != policy.network, arrival.block == nil { return }

        let deposit = Deposit(
            arrival, id: id, network: policy.network, ordinal: option.ordinal,
            late: dossier.refused || dossier.invoice?.isCanceled == true,
            required: policy.thresholds.raised(to: transfer.maturity))
        let index = add(deposit)
        inherit(index, from: arrival.rivals)
        judgeLate(index)
        emit(.depositDetected, index)
        if arrival.isOwnFunds { reject(index, .ownFunds) } else { rejectUnexpected(index) }
    }

    /// A deposit that was in no block is in one, or in the mempool again, and is judged afresh.
    private mutating func sight(_ index: Int, again arrival: Arrival) {
        let known = dossier.deposits[index]
        // Of what is rejected in the mempool a sighting is not news.
        guard known.block == nil, arrival.block != nil || known.status != .detected && known.status != .rejected else {
            // What it spends may have been recorded after it was.
            if arrival.isOwnFunds, known.status == .detected { reject(index, .ownFunds) }
            return
        }
        change(index) { deposit in
            if let block = arrival.block {
                deposit.connect(block, index: Int64(arrival.transfer.blockIndex), seenAt: arrival.seenAt)
            } else {
                deposit.detect()
            }
        }
        inherit(index, from: arrival.rivals)
        judgeLate(index)
        emit(.depositDetected, index)
        if arrival.isOwnFunds { reject(index, .ownFunds) } else { rejectUnexpected(index) }
    }

    /// A replacement that pays the same owner was seen when the first of those that it replaces was.
    private mutating func inherit(_ index: Int, from rivals: Set<Hash256>) {
        guard !rivals.isEmpty else { return }
        let deposit = dossier.deposits[index]
        for rival in dossier.deposits where rivals.contains(rival.transaction) && rival.network == deposit.network {
            if !rival.isForgotten(at: deposit.seenAt) { change(index) { $0.inherit(seenAt: rival.seenAt) } }
        }
    }

    /// What was first recorded after a cancel or a refusal stays late whenever it was seen.
    private mutating func judgeLate(_ index: Int) {
        guard let invoice = dossier.invoice else { return }
        let isLate = dossier.deposits[index].seenAt > invoice.expiresAt
        let isOutside = dossier.refused || invoice.isCanceled
        change(index) { $0.judge(late: isLate || isOutside && $0.late) }
    }

    /// Nobody asked for this asset at this address. In the mempool it is too early to say so.
    private mutating func rejectUnexpected(_ index: Int) {
        let deposit = dossier.deposits[index]
        guard deposit.block != nil, let option = dossier.option(of: deposit), option.asset != deposit.asset else {
            return
        }
        reject(index, option.network == deposit.network ? .unexpectedAsset : .wrongNetwork)
    }

    /// Takes note that deposits in no block will hardly come into one. Only a block makes that certain.
    mutating func drop(_ losses: [Loss], _ policy: Policy) {
        guard !losses.isEmpty else { return }
        let unmined = dossier.deposits.indices.filter {
            dossier.deposits[$0].network == policy.network && dossier.deposits[$0].block == nil
        }
        let places = Dictionary(grouping: unmined) { dossier.deposits[$0].transaction }
        for loss in losses {
            for index in places[loss.transaction] ?? [] { drop(index, loss) }
        }
    }

    private mutating func drop(_ index: Int, _ loss: Loss) {
        let deposit = dossier.deposits[index]
        let reason: Deposit.Drop
        switch loss.cause {
        case .doubleSpent: reason = .doubleSpent
        case .replaced: reason = .replaced
        case .forgotten(let time, let expiry): reason = time - deposit.seenAt >= expiry ? .expired : .evicted
        }
        let isNews =
            switch deposit.status {
            case .detected: true
            case .orphaned, .reversed: reason == .doubleSpent
            case .dropped: reason == .doubleSpent && !deposit.isDoubleSpent
            case .credited, .final, .rejected: false
            }
        guard isNews else { return }
        change(index) { $0.drop(reason) }
        emit(.depositDropped, index)
    }

    /// Waits no longer for what has been in the mempool alone for too long.
    mutating func giveUpSightings(at now: Int64) {
        for index in dossier.deposits.indices {
            let deposit = dossier.deposits[index]
            if deposit.isOpen, deposit.isForgotten(at: now) { giveUp(index) }
        }
    }
}
