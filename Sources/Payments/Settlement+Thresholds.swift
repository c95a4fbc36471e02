import BigInt
import Chain

/// What deposits have reached, and what is booked for that.
extension Settlement {
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
                    change(index) { $0.require(required) }
                }
                guard let height = deposit.block?.height else { continue }
                func isPast(_ threshold: Threshold) -> Bool { threshold.due(from: height).isReached(by: reach) }
                let isHeld =
                    policy.quorum?.isNeeded(for: deposit.asset, sum: sum) == true && height > reach.agreed ?? -1
                    || mayBeOwnFunds(deposit)
                if deposit.status == .detected, isPast(required.credit), !isHeld { credit(index) }
                if dossier.deposits[index].status == .credited, isPast(required.final) { finalize(index) }
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
        guard let rest = dossier.rest, let before = totalsBefore else { return }
        let assets = Set(rest.totals.keys.filter { $0.network == policy.network && $0.isUnfinal }.map(\.asset))
        for asset in assets {
            let sumBefore = before.gross { $0.network == policy.network && $0.asset == asset && $0.isUnfinal }
            let thresholds = policy.thresholds(for: asset, sum: sums[asset] ?? .zero)
            if isPolicyChange || thresholds != policy.thresholds(for: asset, sum: sumBefore) {
                needAll()
            }
        }
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
        change(index) { $0.credit(fee: fee) }
        book(
            LedgerEntry.crediting(
                dossier.deposits[index], fee: fee, net: net, project: dossier.owner.project, rule: option.fees),
            BalanceChange(
                project: dossier.owner.project, asset: deposit.asset, credited: .init(net.units), fees: .init(fee.units)
            ))
        emit(.depositCredited, index)
    }

    private mutating func finalize(_ index: Int) {
        let deposit = dossier.deposits[index]
        change(index) { $0.finalize() }
        book(
            [],
            BalanceChange(
                project: dossier.owner.project, asset: deposit.asset, final: .init((deposit.net ?? .zero).units)))
        emit(.depositFinal, index)
    }

    /// Whoever spends a deposit of his has it already: what returns to him is not a payment, whatever block it comes into.
    mutating func reject(_ index: Int, _ reason: Deposit.Rejection) {
        change(index) { $0.reject(reason) }
        emit(.depositRejected, index)
    }

    /// Takes the deposits out of their blocks that are no longer on our chain, and their credits back.
    mutating func disconnect(to height: Int64, _ policy: Policy) {
        for index in dossier.deposits.indices {
            let deposit = dossier.deposits[index]
            guard deposit.network == policy.network, let block = deposit.block, block.height > height else { continue }
            if deposit.isCredited { reverse(index) }
            change(index) { $0.displace() }
            emit(deposit.isCredited ? .depositReversed : .depositOrphaned, index, in: block)
        }
    }

    private mutating func reverse(_ index: Int) {
        let deposit = dossier.deposits[index]
        let net = BigInt((deposit.net ?? .zero).units)
        book(
            LedgerEntry.reversing(deposit, project: dossier.owner.project),
            BalanceChange(
                project: dossier.owner.project, asset: deposit.asset, credited: -net,
                final: deposit.status == .final ? -net : 0, fees: -BigInt((deposit.fee ?? .zero).units)))
    }
}
