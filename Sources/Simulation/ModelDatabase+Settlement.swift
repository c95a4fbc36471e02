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
                    isRetired: network.isRetired && sabotage != .waitsForRetired)
            }
        )
    }

    /// As `confirmd_data.due_invoices`.
    func dueInvoices(limit: Int) -> [UUID] {
        let watermarks = watermarks().watermarks
        func isDue(_ outlook: Outlook) -> Bool {
            if let at = outlook.at, at * 1_000 <= clock { return true }
            guard let progress = outlook.progress, let mark = watermarks[progress.network] else { return false }
            if mark.isRetired { return true }
            let through = progress.mark == .observed ? mark.observedThrough : mark.finalThrough
            guard let needed = progress.through, let through else { return false }
            return needed <= through
        }
        func place(_ id: UUID) -> (Int64, String) { (owners[id]?.outlook.at ?? 0, id.uuidString) }
        return ownerOrder.filter { owners[$0].map { isDue($0.outlook) } ?? false }
            .sorted { place($0) < place($1) }.prefix(limit).map(\.self)
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
            case .retire, .newIncarnation: return WaitingCommand(number: number, subject: .other)
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
