import BigInt
import Chain

/// Decides what facts mean for one owner: the only place where a deposit is credited or an invoice changes its status.
/// Pure: the same dossier, facts and policy give the same changes, ids included.
public func settle(_ dossier: Dossier, _ facts: Facts, _ policy: Policy) -> Changes {
    var settlement = Settlement(dossier, tip: facts.tip, policy)
    for arrival in facts.arrivals { settlement.record(arrival) }
    settlement.judgeThresholds()
    settlement.register(facts.registrations)
    settlement.judgeInvoice()
    return settlement.result
}

/// One decision in the making.
private struct Settlement {
    private var changes: Changes
    private var dossier: Dossier
    /// Places of the deposits to write.
    private var touched: Set<Int> = []
    private let tip: Int64
    private let policy: Policy
    /// What the latest change of the invoice's money was due to.
    private var decisive: (cause: Cause, block: Hash256?) = (.registration, nil)

    init(_ dossier: Dossier, tip: Int64, _ policy: Policy) {
        self.dossier = dossier
        self.tip = tip
        self.policy = policy
        changes = Changes(dossier)
    }

    // MARK: Deposits

    mutating func record(_ arrival: Arrival) {
        let transfer = arrival.transfer
        let id = StableID.deposit(network: policy.network, asset: arrival.asset.code, transfer: transfer)
        guard !dossier.deposits.contains(where: { $0.id == id }) else { return }
        let addressed = dossier.options.filter { $0.network == policy.network && $0.key == transfer.recipient }
        guard let option = addressed.first(where: { $0.asset == arrival.asset.code }) ?? addressed.first else { return }
        let isExpected = option.asset == arrival.asset.code

        let deposit = Deposit(
            id: id, network: policy.network, asset: arrival.asset.code, decimals: arrival.asset.decimals,
            ordinal: option.ordinal, transaction: transfer.transaction, locator: transfer.locator.description,
            key: transfer.recipient, gross: Amount(transfer.amount), maturity: transfer.maturity, status: .detected,
            late: dossier.refused || dossier.invoice.map { arrival.block.time > $0.expiresAt } ?? false,
            seenAt: arrival.block.time, block: arrival.block, blockIndex: Int64(transfer.blockIndex),
            required: policy.thresholds.raised(to: transfer.maturity))
        dossier.deposits.append(deposit)
        let index = dossier.deposits.endIndex - 1
        emit(.depositDetected, index)
        if !isExpected { reject(index, .unexpectedAsset) }
    }

    /// Takes every deposit of the network past the thresholds that it has reached.
    mutating func judgeThresholds() {
        for index in dossier.deposits.indices where dossier.deposits[index].network == policy.network {
            let deposit = dossier.deposits[index]
            guard deposit.status == .detected || deposit.status == .credited, deposit.block != nil else { continue }
            let required = policy.thresholds.raised(to: deposit.maturity)
            if required != deposit.required {
                dossier.deposits[index].required = required
                touch(index)
            }
            let confirmations = deposit.confirmations(at: tip)
            if deposit.status == .detected, confirmations >= Int64(required.credit) { credit(index) }
            if dossier.deposits[index].status == .credited, confirmations >= Int64(required.final) { finalise(index) }
        }
    }

    private mutating func credit(_ index: Int) {
        let deposit = dossier.deposits[index]
        guard let option = dossier.options.first(where: { $0.ordinal == deposit.ordinal }) else { return }
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
        decisive = (.deposit(deposit.id), deposit.block?.hash)
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

    mutating func register(_ registrations: [Registration]) {
        guard !registrations.isEmpty else { return }
        let wasPending = dossier.options.contains { !$0.isRegistered && $0.refusedReason == nil }
        let wasRegistered = dossier.options.contains(where: \.isRegistered) && !wasPending
        for registration in registrations {
            guard let index = dossier.options.firstIndex(where: { $0.ordinal == registration.ordinal }) else {
                continue
            }
            dossier.options[index].isRegistered = registration.refusal == nil
            dossier.options[index].refusedReason = registration.refusal
        }
        changes.registrations += registrations
        changes.version = max(changes.version, changes.expectedVersion + 1)

        let isRefusal = registrations.contains { $0.refusal != nil }
        if isRefusal, !wasRegistered, !dossier.refused, dossier.deposits.isEmpty {
            dossier.refused = true
            changes.refused = true
            announce(refused: true)
        } else if !dossier.refused, wasPending,
            dossier.options.allSatisfy({ $0.isRegistered || $0.refusedReason != nil })
        {
            announce(refused: false)
        }
    }

    private mutating func announce(refused: Bool) {
        if var invoice = dossier.invoice {
            // A refusal cancels by itself. Any other status is told by the judgement that follows, and not before.
            if refused {
                let judgement = InvoiceJudgement(dossier, invoice)
                invoice.status = judgement.status
                invoice.reason = judgement.reason
            }
            emit(
                refused ? .invoiceRefused : .invoiceRegistered, cause: .registration, block: nil,
                InvoicePayload(dossier, invoice, tip: (policy.network, tip)))
        } else if let option = dossier.options.first {
            emit(
                refused ? .walletRefused : .walletRegistered, cause: .registration, block: nil,
                WalletPayload(dossier, option))
        }
    }

    // MARK: Invoice

    mutating func judgeInvoice() {
        guard var invoice = dossier.invoice else { return }
        let judgement = InvoiceJudgement(dossier, invoice)
        guard (judgement.status, judgement.reason) != (invoice.status, invoice.reason) else { return }
        let previous = invoice.status
        invoice.status = judgement.status
        invoice.reason = judgement.reason
        dossier.invoice = invoice
        changes.invoice = invoice
        emit(
            .invoiceStatusChanged, cause: decisive.cause, block: decisive.block,
            InvoicePayload(
                dossier, invoice, previousStatus: previous, cause: decisive.cause, tip: (policy.network, tip)))
    }

    // MARK: Writing down

    private mutating func emit(_ kind: Event.Kind, _ index: Int) {
        let deposit = dossier.deposits[index]
        touch(index)
        emit(
            kind, cause: .deposit(deposit.id), block: deposit.block?.hash,
            DepositPayload(deposit, of: dossier, tip: tip))
    }

    private mutating func emit(_ kind: Event.Kind, cause: Cause, block: Hash256?, _ payload: some Encodable) {
        let aggregate = Aggregate(dossier.owner)
        let previous = changes.events.last?.version ?? changes.expectedVersion
        changes.events.append(
            Event(
                id: StableID.event(type: kind, aggregate: aggregate, cause: cause, block: block), kind: kind,
                aggregate: aggregate, version: previous + 1, payload: Payload.text(payload)))
        changes.version = previous + 1
    }

    private mutating func touch(_ index: Int) {
        touched.insert(index)
        changes.version = max(changes.version, changes.expectedVersion + 1)
    }

    var result: Changes {
        var result = changes
        result.deposits = touched.sorted().map { dossier.deposits[$0] }
        return result
    }
}
