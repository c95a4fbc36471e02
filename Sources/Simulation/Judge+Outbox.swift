import Chain
import Foundation
import Payments
import Store

/// The outbox by itself, against the tables, and against a run in which nothing ever went wrong.
extension Judge {
    mutating func judgeOutbox() {
        var versions: [Aggregate: Int64] = [:]
        for (place, event) in told.enumerated() {
            require(
                .outbox, event.position == Int64(place + 1), "position \(event.position) comes in place \(place + 1)")
            require(
                .outbox, event.version > versions[event.aggregate, default: 0],
                "\(event.kind.rawValue) of \(event.aggregate.id) has version \(event.version) after "
                    + "\(versions[event.aggregate, default: 0])")
            versions[event.aggregate] = event.version
        }
        judgeIncarnations()
        judgeInvoiceStory()
    }

    /// Each event is in the newest incarnation that had begun with it or before.
    private mutating func judgeIncarnations() {
        let incarnations = database.incarnations
        for (one, next) in zip(incarnations, incarnations.dropFirst()) {
            require(
                .outbox, one.number < next.number && next.firstPosition <= Int64(next.begun) + 1,
                "incarnation \(next) begins after \(one)")
        }
        for event in told {
            let current = incarnations.last { $0.begun < event.position }?.number
            require(
                .outbox, event.incarnation == current,
                "event \(event.position) is in incarnation \(event.incarnation), not \(current ?? 0)")
        }
    }

    /// Each change of status begins where the one before ended.
    private mutating func judgeInvoiceStory() {
        var last: [String: String] = [:]
        for event in told {
            guard event.kind == .invoiceStatusChanged else { continue }
            if let previous = event.payload.previous_status {
                let known = last[event.aggregate.id] ?? "created"
                require(
                    .outbox, previous == known,
                    "invoice \(event.aggregate.id) changes from \(previous), it was \(known)")
            }
            last[event.aggregate.id] = event.payload.status ?? ""
        }
    }

    // MARK: Facts

    /// The events of each deposit follow each other as its life does: what is undone was done before, in the same block.
    mutating func judgeEvents() {
        var ids: Set<UUID> = []
        var lives: [UUID: (status: String, block: String?)] = [:]
        for event in told {
            require(.events, ids.insert(event.id).inserted, "event \(event.id) (\(event.kind.rawValue)) comes twice")
            guard let deposit = event.payload.deposit_id else { continue }
            let life = lives[deposit] ?? (status: "", block: nil)
            let block = event.payload.block?.hash
            let isIn = life.block == block && block != nil
            let isCredited = life.status == "credited" || life.status == "final"
            let isSound =
                switch event.kind {
                case .depositDetected: !isCredited
                case .depositCredited: life.status == "detected" && isIn
                case .depositFinal: life.status == "credited" && isIn
                case .depositReversed: isCredited && isIn
                case .depositOrphaned: !isCredited && isIn
                // What an owner pays himself is none wherever it is seen.
                case .depositRejected:
                    life.status == "detected" && (isIn || event.payload.reason == "own_funds" && life.block == block)
                case .depositDropped: !isCredited && !isIn && life.status != ""
                default: true
                }
            require(
                .events, isSound,
                "\(event.kind.rawValue) of \(deposit) in \(block ?? "no block") comes after \(life.status) in "
                    + "\(life.block ?? "no block")")
            let leaves = event.kind == .depositReversed || event.kind == .depositOrphaned
            lives[deposit] = (event.payload.status ?? "", leaves ? nil : block)
        }
        judgeEventIDs(ids)
    }

    /// What a run without faults tells of every deposit of the final chain, the real outbox tells under the same ids.
    private mutating func judgeEventIDs(_ ids: Set<UUID>) {
        for row in database.deposits.values {
            let deposit = row.deposit
            guard let block = deposit.block, let owner = database.owners[row.owner],
                let asset = database.assets[deposit.asset]?.asset, let locator = Locator(deposit.locator),
                let amount = UInt256(deposit.gross), let network = database.networks[deposit.network],
                let terms = network.policies.last
            else { continue }
            var dossier = database.dossiers(DossierQuery(owners: [owner.owner.id]), network: deposit.network)[0]
            dossier = Dossier(
                owner: dossier.owner, version: 0, refused: dossier.refused, registrations: dossier.registrations,
                invoice: dossier.invoice, options: dossier.options, deposits: [])
            let transfer = Transfer(
                transaction: deposit.transaction, locator: locator, contract: asset.contract, recipient: deposit.key,
                amount: amount, blockIndex: 0, maturity: deposit.maturity)
            let reach = Reach(tip: network.tip?.height ?? 0, finality: network.finality)
            let changes = settle(
                dossier, Facts(reach: reach, arrivals: [Arrival(transfer, of: asset, in: block)]),
                Policy(
                    network: deposit.network, number: 1, thresholds: terms.table.thresholds,
                    assets: network.publication.assets))
            let known = Set(changes.deposits.map(\.id))
            require(.events, known.contains(deposit.id), "deposit \(deposit.id) has another id than its transfer's")
            for event in changes.events where isTold(event.kind, by: deposit) {
                require(
                    .events, ids.contains(event.id),
                    "\(event.kind.rawValue) of \(deposit.id) in block \(block.hash) has not the id that it has without faults"
                )
            }
        }
    }

    /// Whether the deposit got as far as this event says.
    private func isTold(_ kind: Event.Kind, by deposit: Deposit) -> Bool {
        switch kind {
        case .depositDetected: true
        case .depositCredited: deposit.isCredited
        case .depositFinal: deposit.status == .final
        case .depositRejected: deposit.status == .rejected
        default: false
        }
    }
}
