import Chain
import Foundation
import Payments
import Store

/// What the settlement lane looks at.
extension ModelDatabase {
    /// The time of the latest block that is final by the network's own threshold, in seconds since 1970.
    func finalThrough(_ network: Network) -> Int64? {
        guard let tip = network.tip, let terms = network.policies.last else { return nil }
        let reach = Reach(tip: tip.height, finality: network.finality)
        let height = terms.table.thresholds.final.height(reachedBy: reach)
        return height.flatMap { network.headers[$0] }.map { min($0.time, clock / 1_000) }
    }

    /// As `confirmd_data.observed_through`: in milliseconds since 1970, nil where it is ahead of the present.
    func observedThrough(_ network: Network) -> Int64? { network.observedThrough.flatMap { $0 <= clock ? $0 : nil } }

    func watermarks() -> (now: Int64, watermarks: [String: Watermark]) {
        (
            clock / 1_000,
            networks.mapValues { network in
                Watermark(
                    tip: network.tip?.height, observedThrough: observedThrough(network).map { $0 / 1_000 },
                    finalThrough: finalThrough(network),
                    arrivalGrace: (network.publication.arrivalGrace.milliseconds + 999) / 1_000,
                    isRetired: network.isRetired)
            }
        )
    }

    /// As `confirmd_data.is_pending`.
    private func isPending(_ deposit: Deposit, of row: OwnerRow) -> Bool {
        guard row.options.contains(where: { $0.ordinal == deposit.ordinal && $0.asset == deposit.asset }) else {
            return false
        }
        if deposit.block != nil { return deposit.status == .detected }
        return !deposit.isGone
            && (deposit.disconnectedHeight != nil || deposit.seenAt * 1_000 > clock - 24 * 3_600 * 1_000)
    }

    func dueInvoices(_ deadline: Deadline, after last: UUID?, limit: Int) -> [UUID] {
        var expiring: [UUID] = []
        var finishing: [UUID] = []
        for id in ownerOrder {
            guard let row = owners[id], let invoice = row.invoice, invoice.expiresAt * 1_000 < clock else { continue }
            let mine = row.deposits.compactMap { deposits[$0]?.deposit }
                .filter { networks[$0.network]?.isRetired != true }
            let live = row.options.filter { $0.refusedReason == nil && networks[$0.network]?.isRetired != true }
            if !invoice.isExpired, !invoice.isCanceled, !row.isRefused {
                let isHeld = live.contains { option in
                    guard option.isRegistered, let network = networks[option.network],
                        let observed = observedThrough(network)
                    else { return true }
                    return observed - network.publication.arrivalGrace.milliseconds <= invoice.expiresAt * 1_000
                }
                if !isHeld, !mine.contains(where: { !$0.late && isPending($0, of: row) }) { expiring.append(id) }
            } else if !invoice.isFinal {
                let isHeld = live.contains { option in
                    networks[option.network].flatMap(finalThrough).map { $0 <= invoice.expiresAt } ?? true
                }
                let isWaiting = mine.contains {
                    ($0.status == .credited || isPending($0, of: row)) && (!$0.late || invoice.latePolicy == .settle)
                }
                if !isHeld, !isWaiting { finishing.append(id) }
            }
        }
        func place(_ id: UUID) -> (Int64, String) { (owners[id]?.invoice?.expiresAt ?? 0, id.uuidString) }
        return (deadline == .expiry ? expiring : finishing)
            .sorted { place($0) < place($1) }
            .drop { id in last.map { place(id) <= place($0) } ?? false }
            .prefix(limit).map(\.self)
    }

    func waitingCommands(of lane: String, limit: Int) -> [WaitingCommand] {
        let waiting = commands.enumerated().filter { $0.element.outcome == nil && $0.element.kind.lane == lane }
        return waiting.prefix(limit).map { place, command in
            let number = Int64(place + 1)
            switch command.kind {
            case .markPaid(let id):
                return WaitingCommand(
                    number: number, subject: .invoice(id, InvoiceCommand(number: number, kind: .markPaid)))
            case .cancel(let id):
                return WaitingCommand(
                    number: number, subject: .invoice(id, InvoiceCommand(number: number, kind: .cancel)))
            case .resync: return WaitingCommand(number: number, subject: .resume(resync: true))
            }
        }
    }
}

extension ModelDatabase.Command.Kind {
    /// Who carries it out.
    var lane: String {
        if case .resync(let network) = self { network } else { Store.settlementLane }
    }
}
