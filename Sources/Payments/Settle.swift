import BigInt
import Chain
import Foundation

/// Decides what a network's facts mean for one owner. With its sibling for the settlement lane it is the only place
/// where a deposit is credited or an invoice changes its status. Pure: the same dossier, facts and policy give the same
/// changes, ids included.
public func settle(_ dossier: Dossier, _ facts: Facts, _ policy: Policy) -> Changes {
    var settlement = Settlement(dossier, tips: [policy.network: facts.reach.tip])
    if facts.isPolicyChange { settlement.reason = .policy(policy.number) }
    if let height = facts.disconnectedTo { settlement.disconnect(to: height, policy) }
    for arrival in facts.arrivals { settlement.record(arrival, policy) }
    settlement.drop(facts.losses, policy)
    // The chain goes on without it: what is recorded is judged once the owner can be decided about again.
    if dossier.setAside != nil { return settlement.result }
    settlement.register(facts.registrations, policy)
    settlement.judgeThresholds(policy, facts.reach)
    settlement.announceRegistration(facts.registrations)
    settlement.judgeInvoice { dossier, invoice, totals in
        // Only the settlement lane sees every network; a network's own facts can only take finality back.
        invoice.isFinal && dossier.hasOnlyFinal(totals, invoice)
    }
    settlement.lookAhead()
    return settlement.result
}

/// Decides what time and operators mean for one invoice, with the reason why a command is not carried out.
public func settle(_ dossier: Dossier, _ facts: SettlementFacts) -> (changes: Changes, refusal: InvoiceCommand.Refusal?)
{
    var settlement = Settlement(dossier, tips: facts.watermarks.compactMapValues(\.tip))
    if dossier.setAside != nil { return (settlement.result, facts.command.map { _ in .setAside }) }
    settlement.giveUpSightings(at: facts.now)
    let refusal = facts.command.flatMap { settlement.carryOut($0) }
    settlement.expire(facts)
    settlement.judgeInvoice { dossier, invoice, totals in
        let open = dossier.open(invoice, totals, facts)
        return open.question == .finality && open.waits.isEmpty
    }
    settlement.lookAhead(facts)
    return (settlement.result, refusal)
}

/// One decision in the making.
private struct Settlement {
    /// Why deposits are judged, where it is no block.
    var reason: Cause?
    private var changes: Changes
    private var dossier: Dossier
    /// The tips' heights of the networks that the step knows.
    private let tips: [String: Int64]
    /// Where each deposit is among the dossier's.
    private var places: [UUID: Int] = [:]
    /// Places of the deposits to write.
    private var touched: Set<Int> = []
    /// How all deposits added up before, where some are not loaded: those stand under the thresholds for it.
    private let before: DepositTotals?
    /// What a change of the invoice's status is due to: what was credited or rejected last, else what was seen last.
    private var decisive: (cause: Cause, block: Hash256?) = (.registration, nil)
    private var isDecided = false
    private var outlook: Outlook?
    /// The decision is the settlement lane's, which alone knows what all networks have come to.
    private var isByTime = false

    init(_ dossier: Dossier, tips: [String: Int64]) {
        self.dossier = dossier
        self.tips = tips
        changes = Changes(dossier)
        places = Dictionary(
            dossier.deposits.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        before = dossier.rest == nil ? nil : dossier.totals
    }

    var result: Changes {
        var result = changes
        result.refused = dossier.refused
        result.registrationsAnnounced = dossier.registrations
        result.invoice = dossier.invoice
        result.deposits = touched.sorted().map { dossier.deposits[$0] }
        result.outlook = outlook(after: result)
        result.totals = result.isEmpty || dossier.setAside != nil ? nil : dossier.totalsKept
        return result
    }

    /// A set-aside owner has none, and says so whatever is known of it. What a network's step leaves alone keeps the one it has;
    /// what it changes gets one, though it be the one that was read: the settlement lane may have written another since, which
    /// waits for just this step, and that changed no version.
    private func outlook(after result: Changes) -> Outlook? {
        if dossier.setAside != nil { return Outlook.none }
        if isByTime { return outlook == dossier.outlook ? nil : outlook }
        return result.isEmpty ? nil : outlook
    }

    // MARK: Deposits

    mutating func record(_ arrival: Arrival, _ policy: Policy) {
        let transfer = arrival.transfer
        let id = StableID.deposit(network: policy.network, asset: arrival.asset.code, transfer: transfer)
        if let known = places[id] { return sight(known, again: arrival) }
        let addressed = dossier.options.filter { $0.key == transfer.recipient }
        let here = addressed.filter { $0.network == policy.network }
        guard let option = here.first(where: { $0.asset == arrival.asset.code }) ?? here.first ?? addressed.first else {
            return
        }
        // On another network than it was asked for it may never have been a payment: only a block makes it news.
        if option.network != policy.network, arrival.block == nil { return }

        let deposit = Deposit(
            id: id, network: policy.network, asset: arrival.asset.code, decimals: arrival.asset.decimals,
            ordinal: option.ordinal, transaction: transfer.transaction, locator: transfer.locator.description,
            key: transfer.recipient, gross: Amount(transfer.amount), maturity: transfer.maturity, status: .detected,
            late: dossier.refused || dossier.invoice?.isCanceled == true, seenAt: arrival.seenAt, block: arrival.block,
            blockIndex: arrival.block.map { _ in Int64(transfer.blockIndex) },
            required: policy.thresholds.raised(to: transfer.maturity))
        let index = dossier.deposits.endIndex
        dossier.deposits.append(deposit)
        places[id] = index
        inherit(index, from: arrival.rivals)
        judgeLate(index)
        emit(.depositDetected, index)
        if arrival.isOwnFunds { rejectOwnFunds(index) } else { rejectUnexpected(index) }
    }

    /// A deposit that was in no block is in one, or in the mempool again, and is judged afresh.
    private mutating func sight(_ index: Int, again arrival: Arrival) {
        let known = dossier.deposits[index]
        // Of what is rejected in the mempool a sighting is no news.
        guard known.block == nil, arrival.block != nil || known.status != .detected && known.status != .rejected else {
            // What it spends may have been recorded after it was.
            if arrival.isOwnFunds, known.status == .detected { rejectOwnFunds(index) }
            return
        }
        if known.reason == Deposit.Drop.doubleSpent.rawValue { dossier.deposits[index].isGone = false }
        dossier.deposits[index].status = .detected
        dossier.deposits[index].reason = nil
        dossier.deposits[index].fee = nil
        dossier.deposits[index].net = nil
        if let block = arrival.block {
            let seenAt = arrival.seenAt
            let isForgotten = known.isOnlySighted && seenAt - known.seenAt > Deposit.mempoolPatience
            dossier.deposits[index].seenAt = isForgotten ? seenAt : min(seenAt, known.seenAt)
            dossier.deposits[index].block = block
            dossier.deposits[index].blockIndex = Int64(arrival.transfer.blockIndex)
            dossier.deposits[index].disconnectedHeight = nil
            dossier.deposits[index].isGone = false
        }
        inherit(index, from: arrival.rivals)
        judgeLate(index)
        emit(.depositDetected, index)
        if arrival.isOwnFunds { rejectOwnFunds(index) } else { rejectUnexpected(index) }
    }

    /// Whoever spends a deposit of his has it already: what returns to him is no payment, whatever block it comes into.
    private mutating func rejectOwnFunds(_ index: Int) {
        if dossier.deposits[index].block == nil { dossier.deposits[index].isGone = true }
        reject(index, .ownFunds)
    }

    /// A replacement that pays the same owner was seen when the first of those that it replaces was.
    private mutating func inherit(_ index: Int, from rivals: Set<Hash256>) {
        guard !rivals.isEmpty else { return }
        let deposit = dossier.deposits[index]
        for rival in dossier.deposits where rivals.contains(rival.transaction) && rival.network == deposit.network {
            let isForgotten =
                rival.isOnlySighted && deposit.seenAt - rival.seenAt > Deposit.mempoolPatience
            if !isForgotten { dossier.deposits[index].seenAt = min(dossier.deposits[index].seenAt, rival.seenAt) }
        }
    }

    /// What was first recorded after a cancel or a refusal stays late whenever it was seen.
    private mutating func judgeLate(_ index: Int) {
        guard let invoice = dossier.invoice else { return }
        let isLate = dossier.deposits[index].seenAt > invoice.expiresAt
        let isOutside = dossier.refused || invoice.isCanceled
        dossier.deposits[index].late = isLate || isOutside && dossier.deposits[index].late
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
            case .dropped: reason == .doubleSpent && deposit.reason != reason.rawValue
            case .credited, .final, .rejected: false
            }
        guard isNews else { return }
        dossier.deposits[index].status = .dropped
        dossier.deposits[index].reason = reason.rawValue
        if reason == .doubleSpent { dossier.deposits[index].isGone = true }
        emit(.depositDropped, index)
    }

    /// Waits no longer for what has been in the mempool alone for too long.
    mutating func giveUpSightings(at now: Int64) {
        for index in dossier.deposits.indices {
            let deposit = dossier.deposits[index]
            guard deposit.isOnlySighted, deposit.isOpen, now - deposit.seenAt > Deposit.mempoolPatience else {
                continue
            }
            giveUp(index)
        }
    }

    /// Waits no longer for a deposit. No event of its own tells it, but an invoice's status may be due to it.
    private mutating func giveUp(_ index: Int) {
        dossier.deposits[index].isGone = true
        touch(index)
        if !isDecided { decisive = (.deposit(dossier.deposits[index].id), nil) }
    }

    /// Takes the deposits out of their blocks that are no longer on our chain, and their credits back.
    mutating func disconnect(to height: Int64, _ policy: Policy) {
        for index in dossier.deposits.indices {
            let deposit = dossier.deposits[index]
            guard deposit.network == policy.network, let block = deposit.block, block.height > height else { continue }
            if deposit.isCredited { reverse(index) }
            dossier.deposits[index].status = deposit.isCredited ? .reversed : .orphaned
            dossier.deposits[index].reason = nil
            emit(deposit.isCredited ? .depositReversed : .depositOrphaned, index)
            dossier.deposits[index].block = nil
            dossier.deposits[index].blockIndex = nil
            dossier.deposits[index].disconnectedHeight = block.height
        }
    }

    private mutating func reverse(_ index: Int) {
        let deposit = dossier.deposits[index]
        let net = BigInt((deposit.net ?? .zero).units)
        changes.entries += LedgerEntry.reversing(deposit, project: dossier.owner.project)
        changes.balances.append(
            BalanceChange(
                project: dossier.owner.project, asset: deposit.asset, credited: -net,
                final: deposit.status == .final ? -net : 0, fees: -BigInt((deposit.fee ?? .zero).units)))
    }

    /// Takes every deposit of the network past the thresholds that it has reached. A deposit that becomes final may
    /// lower the tier of the others, so it goes on until nothing changes.
    mutating func judgeThresholds(_ policy: Policy, _ reach: Reach) {
        var isChanged = true
        while isChanged {
            isChanged = false
            let live = dossier.deposits.indices.filter {
                dossier.deposits[$0].network == policy.network && dossier.deposits[$0].isUnfinal
            }
            let sums = openSums(of: live, on: policy.network)
            noteWhetherComplete(sums, policy)
            for index in live {
                let deposit = dossier.deposits[index]
                let sum = sums[deposit.asset] ?? .zero
                let required = deposit.adapt(policy.thresholds(for: deposit.asset, sum: sum))
                if required != deposit.required {
                    dossier.deposits[index].required = required
                    touch(index)
                }
                guard let height = deposit.block?.height else { continue }
                func isPast(_ threshold: Threshold) -> Bool { threshold.due(from: height).isReached(by: reach) }
                let isHeld =
                    policy.quorum?.isNeeded(for: deposit.asset, sum: sum) == true && height > reach.agreed ?? -1
                    || mayBeOwnFunds(deposit)
                if deposit.status == .detected, isPast(required.credit), !isHeld { credit(index) }
                if dossier.deposits[index].status == .credited, isPast(required.final) { finalise(index) }
                isChanged = isChanged || dossier.deposits[index].status != deposit.status
            }
        }
        for index in dossier.deposits.indices {
            let deposit = dossier.deposits[index]
            guard deposit.network == policy.network, deposit.block == nil, let due = deposit.due else { continue }
            if due.isReached(by: reach) { giveUp(index) }
        }
    }

    /// By asset, what the owner's deposits sum up to that are not yet final.
    private func openSums(of live: [Int], on network: String) -> [String: Amount] {
        var sums: [String: Amount] = [:]
        for index in live { sums[dossier.deposits[index].asset, default: .zero] += dossier.deposits[index].gross }
        for (kind, total) in dossier.rest?.totals ?? [:] where kind.network == network && kind.isUnfinal {
            sums[kind.asset, default: .zero] += Amount(total.gross)
        }
        return sums
    }

    /// What is not loaded stays as it is while the thresholds that it stands under do.
    private mutating func noteWhetherComplete(_ sums: [String: Amount], _ policy: Policy) {
        guard let rest = dossier.rest, let before else { return }
        let assets = Set(rest.totals.keys.filter { $0.network == policy.network && $0.isUnfinal }.map(\.asset))
        for asset in assets {
            let sumBefore = before.gross { $0.network == policy.network && $0.asset == asset && $0.isUnfinal }
            let thresholds = policy.thresholds(for: asset, sum: sums[asset] ?? .zero)
            if isPolicyChange || thresholds != policy.thresholds(for: asset, sum: sumBefore) {
                changes.isIncomplete = true
            }
        }
    }

    private var isPolicyChange: Bool {
        if case .policy = reason { return true }
        return false
    }

    /// What it spends may be a deposit that the look back for its address has yet to find.
    private func mayBeOwnFunds(_ deposit: Deposit) -> Bool {
        guard dossier.option(of: deposit)?.isUnregistered == true, case .output = Locator(deposit.locator) else {
            return false
        }
        return true
    }

    private mutating func credit(_ index: Int) {
        let deposit = dossier.deposits[index]
        guard let option = dossier.option(of: deposit) else { return }
        var fee = option.fees.fee(on: deposit.gross)
        if dossier.invoice == nil {
            if deposit.gross < option.minimumDeposit { return reject(index, .belowMinimum) }
            if fee >= deposit.gross { return reject(index, .belowFee) }
        } else {
            // A small top-up may complete an invoice, so its fee is at most the whole of it.
            fee = min(fee, deposit.gross)
        }
        let net = deposit.gross.reduced(by: fee)
        dossier.deposits[index].status = .credited
        dossier.deposits[index].fee = fee
        dossier.deposits[index].net = net
        dossier.deposits[index].credits += 1
        changes.entries += LedgerEntry.crediting(
            dossier.deposits[index], fee: fee, net: net, project: dossier.owner.project, rule: option.fees)
        changes.balances.append(
            BalanceChange(
                project: dossier.owner.project, asset: deposit.asset, credited: .init(net.units), fees: .init(fee.units)
            ))
        emit(.depositCredited, index)
    }

    private mutating func finalise(_ index: Int) {
        let deposit = dossier.deposits[index]
        dossier.deposits[index].status = .final
        changes.balances.append(
            BalanceChange(
                project: dossier.owner.project, asset: deposit.asset, final: .init((deposit.net ?? .zero).units)))
        emit(.depositFinal, index)
    }

    private mutating func reject(_ index: Int, _ reason: Deposit.Rejection) {
        dossier.deposits[index].status = .rejected
        dossier.deposits[index].reason = reason.rawValue
        emit(.depositRejected, index)
    }

    // MARK: Registration

    /// Ends the registration of options. A new option of an address also wants what came there of its asset: what was
    /// rejected is judged again, what is in no block will be.
    mutating func register(_ registrations: [Registration], _ policy: Policy) {
        for registration in registrations {
            guard let place = dossier.options.firstIndex(where: { $0.ordinal == registration.ordinal }) else {
                continue
            }
            dossier.options[place].isRegistered = registration.refusal == nil
            dossier.options[place].refusedReason = registration.refusal
            changes.registrations.append(registration)
            changes.version = max(changes.version, changes.expectedVersion + 1)
            guard registration.refusal == nil else { continue }
            let option = dossier.options[place]
            for index in dossier.deposits.indices where dossier.deposits[index].isMeant(for: option) {
                dossier.deposits[index].ordinal = option.ordinal
                touch(index)
                guard dossier.deposits[index].status == .rejected,
                    dossier.deposits[index].reason != Deposit.Rejection.ownFunds.rawValue
                else { continue }
                dossier.deposits[index].status = .detected
                dossier.deposits[index].reason = nil
                emit(.depositDetected, index)
            }
        }
    }

    /// Tells that the last option is registered, or that an unusable one refuses its owner, which it does only while
    /// nothing was announced and nothing paid.
    mutating func announceRegistration(_ registrations: [Registration]) {
        guard !registrations.isEmpty, !dossier.refused else { return }
        if registrations.contains(where: { $0.refusal != nil }), dossier.registrations == 0, !dossier.hasDeposits {
            dossier.refused = true
            announce(.invoiceRefused, .walletRefused)
        } else if dossier.options.allSatisfy({ !$0.isUnregistered }), dossier.options.contains(where: \.isRegistered) {
            announce(.invoiceRegistered, .walletRegistered)
            dossier.registrations += 1
        }
    }

    private mutating func announce(_ invoiceKind: Event.Kind, _ walletKind: Event.Kind) {
        if var invoice = dossier.invoice {
            // A refusal cancels by itself. Any other status is told by the judgement that follows, and not before.
            if invoiceKind == .invoiceRefused {
                let judgement = InvoiceJudgement(dossier, invoice, dossier.totals)
                invoice.status = judgement.status
                invoice.reason = judgement.reason
            }
            emit(
                invoiceKind, cause: .registration, block: nil, recurrence: dossier.registrations,
                .invoice(InvoicePayload(dossier, invoice, dossier.totals, tips: tips)))
        } else if let option = dossier.options.first {
            emit(
                walletKind, cause: .registration, block: nil, recurrence: dossier.registrations,
                .wallet(WalletPayload(dossier, option)))
        }
    }

    // MARK: Invoice

    /// Records an operator's decision; returns why it can't be carried out.
    mutating func carryOut(_ command: InvoiceCommand) -> InvoiceCommand.Refusal? {
        guard let invoice = dossier.invoice, !dossier.refused else { return .refused }
        switch command.kind {
        case .markPaid:
            if invoice.status == .paid || invoice.status == .overpaid { return .alreadyPaid }
            let ratio = dossier.paidRatio(dossier.totals, where: invoice.counts)
            dossier.invoice?.marked = ratio
        case .cancel:
            if invoice.status != .created || invoice.isCanceled { return .notCreated }
            if dossier.isAwaiting(dossier.totals, { _ in true }) { return .depositPending }
            dossier.invoice?.isCanceled = true
        }
        decisive = (.command(command.number), nil)
        changes.version = max(changes.version, changes.expectedVersion + 1)
        return nil
    }

    /// Records that the deadline has passed, once every network that the invoice accepts has been seen beyond it and
    /// nothing that was paid in time is on its way.
    mutating func expire(_ facts: SettlementFacts) {
        guard let invoice = dossier.invoice else { return }
        let open = dossier.open(invoice, dossier.totals, facts)
        guard open.question == .expiry, open.waits.isEmpty else { return }
        dossier.invoice?.isExpired = true
        decisive = (.deadline, nil)
        changes.version = max(changes.version, changes.expectedVersion + 1)
    }

    mutating func judgeInvoice(isFinal: (Dossier, Invoice, DepositTotals) -> Bool) {
        guard var invoice = dossier.invoice else { return }
        let before = invoice
        let totals = dossier.totals
        let judgement = InvoiceJudgement(dossier, invoice, totals)
        invoice.status = judgement.status
        invoice.reason = judgement.reason
        invoice.isFinal = isFinal(dossier, invoice, totals)
        guard (invoice.status, invoice.reason) != (before.status, before.reason) || invoice.isFinal != before.isFinal
        else { return }
        // Finality comes with time where nothing else happened.
        if changes.version == changes.expectedVersion { decisive = (.deadline, nil) }
        let tuple = "\(decisive.cause) \(decisive.block.map(\.description) ?? "")"
        let recurrence = invoice.recurrences[tuple, default: 0]
        invoice.recurrences[tuple] = recurrence + 1
        dossier.invoice = invoice
        emit(
            .invoiceStatusChanged, cause: decisive.cause, block: decisive.block, recurrence: recurrence,
            .invoice(
                InvoicePayload(
                    dossier, invoice, totals, previousStatus: before.status, cause: decisive.cause, tips: tips)))
    }

    /// When to look again after a step of a network's: once the deadline has passed, or now, for a step of the settlement lane
    /// to find out what is waited for.
    mutating func lookAhead() {
        guard let invoice = dossier.invoice else { return }
        outlook =
            invoice.isFinal ? Outlook.none : Outlook(at: invoice.expiresAt, undecided: dossier.outlook.undecided)
    }

    /// When to look again after a step of the settlement lane: once what is waited for may be over.
    mutating func lookAhead(_ facts: SettlementFacts) {
        isByTime = true
        outlook = Outlook.none
        guard let invoice = dossier.invoice, !invoice.isFinal else { return }
        let open = dossier.open(invoice, dossier.totals, facts)
        changes.waits = open.waits
        outlook = Outlook(open.question, open.waits, now: facts.now)
    }

    // MARK: Writing down

    private mutating func emit(_ kind: Event.Kind, _ index: Int) {
        let recurrence = dossier.deposits[index].count(kind)
        let deposit = dossier.deposits[index]
        touch(index)
        changes.passages.append((deposit.asset, deposit.status))
        if !isDecided || kind != .depositDetected && kind != .depositFinal {
            decisive = (.deposit(deposit.id), deposit.block?.hash)
            isDecided = kind != .depositDetected
        }
        emit(
            kind, cause: .deposit(deposit.id), block: deposit.block?.hash, recurrence: recurrence,
            .deposit(DepositPayload(deposit, of: dossier, tip: tips[deposit.network], cause: reason)))
    }

    private mutating func emit(
        _ kind: Event.Kind, cause: Cause, block: Hash256?, recurrence: Int, _ payload: Event.Body
    ) {
        let aggregate = Aggregate(dossier.owner)
        let previous = changes.events.last?.version ?? changes.expectedVersion
        changes.events.append(
            Event(
                id: StableID.event(
                    type: kind, aggregate: aggregate, cause: cause, block: block, recurrence: recurrence),
                kind: kind, aggregate: aggregate, version: previous + 1, body: payload))
        changes.version = previous + 1
    }

    /// Puts the deposit, as it is now, among those to write.
    private mutating func touch(_ index: Int) {
        touched.insert(index)
        changes.version = max(changes.version, changes.expectedVersion + 1)
    }
}
