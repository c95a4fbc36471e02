import Chain
import Foundation
import Payments
import Store

@testable import Simulation

/// A database, the model or the real one, as the suite sees it: what it is asked, and everything that can be read of it.
protocol Twin {
    /// Has its clock stand at this time, in milliseconds since 1970.
    mutating func setClock(_ time: Int64) async throws
    /// Carries a request out; what it answers, without the words of reasons.
    func answer(_ request: ModelDatabase.Request) async throws -> AnyHashable
    /// What the worker of a network may read, under names.
    func network(_ name: String, _ ask: NetworkQuestions) async throws -> [String: AnyHashable]
    /// What the settlement lane may read, and the books.
    func books() async throws -> [String: AnyHashable]
    /// Events behind a position.
    func outbox(after position: Int64) async throws -> [OutboxEvent]
}

/// What the suite asks about a network.
struct NetworkQuestions {
    let owners: [UUID]
    let keys: [WatchKey]
    let outputs: [Outpoint]
    let now: Int64

    /// The queries that find dossiers: by owner, and by everything that may touch one.
    func queries(_ snapshot: LaneSnapshot) -> [DossierQuery] {
        let tip = snapshot.tip?.height ?? 0
        var open = DossierQuery(owners: owners)
        open.needsOpen = true
        var sighted = DossierQuery(owners: owners)
        sighted.sightedBefore = now / 1_000 - 30
        return [
            DossierQuery(owners: owners), open, sighted, DossierQuery(keys: keys),
            DossierQuery(due: Reach(tip: tip, finality: snapshot.finality)), DossierQuery(above: tip - 2),
        ]
    }
}

/// A row of the outbox, but for the instant at which it was written.
struct OutboxEvent: Hashable {
    let position: Int64
    let incarnation: Int32
    let id: UUID
    let aggregate: String
    let type: String
    let version: Int64
    let network: String?
    /// With its keys in order.
    let payload: String

    static func sorted(_ payload: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(payload.utf8))
        return String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
    }
}

/// What both say in the same words.
enum Told {
    static func dossiers(_ dossiers: [Dossier]) -> AnyHashable {
        var told: [UUID: [AnyHashable]] = [:]
        for dossier in dossiers {
            told[dossier.owner.id] = [
                dossier.owner, dossier.version, dossier.refused, dossier.registrations, dossier.invoice,
                dossier.options, Set(dossier.deposits), dossier.rest, dossier.setAside, dossier.outlook,
            ]
        }
        return told
    }

    static func outcome(_ outcome: StepOutcome) -> AnyHashable {
        // The reason is for people.
        if case .stale = outcome { return "stale" }
        return outcome
    }

    static func unmined(_ transactions: [UnminedTransaction]) -> AnyHashable {
        Set(
            transactions.map { transaction -> [AnyHashable] in
                [transaction.id, Set(transaction.deposits), Set(transaction.keys), Set(transaction.spends)]
            })
    }

    static func unregistered(_ options: [UnregisteredOption]) -> AnyHashable {
        Set(
            options.map { option -> [AnyHashable] in
                [option.owner, option.ordinal, option.address, option.createdAt, option.key]
            })
    }

    static func siblings(_ keys: [SiblingKey]) -> AnyHashable {
        Set(keys.map { key -> [AnyHashable] in [key.network, key.watchNumber, key.key] })
    }

    static func unexpected(_ deposits: [UnexpectedDeposit]) -> AnyHashable {
        Set(deposits.map { deposit -> [AnyHashable] in [deposit.transfer, deposit.block, deposit.seenAt] })
    }

    static func waiting(_ commands: [WaitingCommand]) -> AnyHashable { commands.map { "\($0.number) \($0.subject)" } }
}
