import Chain
import Foundation
import Store

@testable import Payments
@testable import Simulation

/// The model of the database.
struct ModelTwin: Twin {
    let database: ModelDatabase

    init(_ plan: Plan) throws {
        database = ModelDatabase(loop: Loop())
        database.projects = plan.projects
        for network in plan.networks {
            _ = try database.publish(network.publications[0], as: network.name, introducing: true)
        }
    }

    func setClock(_ time: Int64) { database.clockOffset = time - ModelDatabase.epoch * 1_000 }

    func answer(_ request: ModelDatabase.Request) -> AnyHashable {
        do {
            return try carryOut(request)
        } catch {
            return "refused"
        }
    }

    private func carryOut(_ request: ModelDatabase.Request) throws -> AnyHashable {
        switch request {
        case .acquire(let lane, let holder, let timeToLive):
            return database.acquire(lane, holder: holder, timeToLive: timeToLive)
        case .renew(let lane, let holder, let epoch, let timeToLive):
            return database.renew(lane, holder: holder, epoch: epoch, timeToLive: timeToLive)
        case .release(let lane, let holder, let epoch):
            database.release(lane, holder: holder, epoch: epoch)
            return "released"
        case .publish(let publication, let lane, let introducing):
            return try database.publish(publication, as: lane, introducing: introducing)
        case .createInvoice(let id, let project, let order, let options, let expiresIn, let created):
            database.createInvoice(
                id, project: project, order: order, options: options, expiresIn: expiresIn, created: created)
            return database.owners[id] != nil
        case .createWallet(let id, let project, let customer, let asset, let address, let created):
            database.createWallet(
                id, project: project, customer: customer, asset: asset, address: address, created: created)
            return database.owners[id] != nil
        case .addOption(let option, let id): return database.addOption(option, to: id)
        case .queue(let kind): return database.queue(kind)
        case .commit(let step, let lane): return Told.outcome(try database.commit(step, lane: lane))
        case .settle(let step): return Told.outcome(try database.commit(step, lane: Store.settlementLane))
        }
    }

    func network(_ name: String, _ ask: NetworkQuestions) throws -> [String: AnyHashable] {
        let snapshot = try database.snapshot(of: name)
        let since = database.headers(of: name, since: ask.now / 1_000 - 60)
        var told: [String: AnyHashable] = [
            "snapshot": snapshot, "is retired": try database.network(name).isRetired,
            "window": database.window(of: name, 20), "lowest deposit": database.lowestDeposit(of: name),
            "stored headers": database.storedHeaders(of: name),
            "headers since": since.blocks, "headers are complete": since.isComplete,
            "outputs": database.owners(ofOutputs: ask.outputs, on: name),
            "unmined": Told.unmined(database.unmined(of: name)),
            "has unregistered": database.hasUnregisteredOptions(of: name),
            "unregistered": Told.unregistered(database.unregisteredOptions(of: name, watched: false, limit: 100)),
            "registering": Told.unregistered(database.unregisteredOptions(of: name, watched: true, limit: 100)),
            "watched": Set(database.watchedKeys(of: name, after: 1, through: snapshot.watchNumber)),
            "siblings": Told.siblings(database.siblingKeys(of: name, after: [:])),
            "holders": database.holders(of: ask.keys, on: name).mapValues(Set.init),
            "unexpected": Told.unexpected(database.unexpectedDeposits(of: ask.owners, on: name)),
        ]
        for (place, query) in ask.queries(snapshot).enumerated() {
            told["dossiers \(place)"] = Told.dossiers(database.dossiers(query, network: name))
        }
        return told
    }

    func books() -> [String: AnyHashable] {
        let marks = database.watermarks()
        return [
            "incarnations": database.incarnations.map { [Int64($0.number), $0.firstPosition] }, "now": marks.now,
            "due": Set(database.dueInvoices(limit: 100)), "watermarks": marks.watermarks,
            "waiting": Told.waiting(database.waitingCommands(of: Store.settlementLane, limit: 100)),
            "commands": database.commands.map { $0.outcome }, "options": options, "deposits": deposits,
            "balances": Dictionary(
                uniqueKeysWithValues: database.balances.map { key, balance in
                    (
                        "\(key.project) \(key.asset)",
                        [balance.credited.description, balance.final.description, balance.fees.description]
                    )
                }),
            "entries": Set(
                database.entries.map {
                    "\($0.deposit) \($0.kind.rawValue) \($0.creditNumber) \($0.isReversal) \($0.amount)"
                }),
        ]
    }

    /// What came in through each option of an invoice, as its events tell it.
    private var options: Set<String?> {
        let dossiers = database.dossiers(DossierQuery(owners: database.ownerOrder), network: "")
        return Set(
            dossiers.flatMap { dossier -> [String?] in
                guard let invoice = dossier.invoice else { return [] }
                return dossier.options.map { option in
                    let told = OptionPayload(option, dossier.totals, invoice)
                    let amounts = [told.creditedBase, told.remainingBase ?? "", told.detectedBase]
                    return ([dossier.owner.id.uuidString, "\(option.ordinal)"] + amounts).joined(separator: ",")
                }
            })
    }

    /// As people are shown them.
    private var deposits: Set<String?> {
        Set(
            database.deposits.values.map { row in
                let deposit = row.deposit
                let tip = database.networks[deposit.network]?.tip?.height ?? 0
                return [
                    deposit.id.uuidString, deposit.status.rawValue, deposit.reason ?? "",
                    "\(deposit.confirmations(at: tip))", deposit.fee?.description ?? "", deposit.net?.description ?? "",
                ].joined(separator: ",")
            })
    }

    func outbox(after position: Int64) throws -> [OutboxEvent] {
        try database.outbox.drop { $0.position <= position }.map { row in
            OutboxEvent(
                position: row.position, incarnation: row.incarnation, id: row.event.id,
                aggregate: "\(row.event.aggregate.type) \(row.event.aggregate.id)", type: row.event.kind.rawValue,
                version: row.event.version, network: row.network,
                payload: try OutboxEvent.sorted(
                    String(decoding: JSONEncoder().encode(row.event.payload), as: UTF8.self)))
        }
    }
}
