import BigInt
import Chain
import Foundation
import Payments
public import Postgres

extension Store {
    /// Writes a step: one call, one transaction. Errors are the database's; a step that it refused because the world
    /// moved on is an outcome.
    public func commit(_ step: Step) async throws(PostgresError) -> StepOutcome {
        try await commit(parameters(of: step), after: step.after)
    }

    /// Writes a step of the settlement lane, likewise.
    public func commit(_ step: SettlementStep) async throws(PostgresError) -> StepOutcome {
        let base = step.base
        return try await commit(
            parameters(of: step),
            after: LaneSnapshot(
                epoch: base.epoch, step: base.step + 1, tip: nil, watchNumber: 0, policyNumber: 0))
    }

    /// Why the database would never take this step; nil when it would. Nothing is written.
    public func refusal(of step: Step) async throws -> String? { try await refusal(of: parameters(of: step)) }

    /// The same of a step of the settlement lane.
    public func refusal(of step: SettlementStep) async throws -> String? { try await refusal(of: parameters(of: step)) }

    private struct Rehearsed: Error {}

    private func refusal(of parameters: [PostgresValue]) async throws -> String? {
        do {
            try await connection.transaction { transaction in
                try transaction.query(Self.commitStatement, parameters)
                throw Rehearsed()
            }
            return nil
        } catch is Rehearsed {
            return nil
        } catch let error as PostgresError where error.isRefusalForGood {
            return "\(error)"
        }
    }

    private func parameters(of step: Step) -> [PostgresValue] {
        fence(step) + noWatermarks + cursor(step)
            + facts(step.changes, watches: step.watches, events: step.changes.flatMap(\.events) + step.networkEvents)
            + command(step.command, step.refusal) + disconnection(step) + transactions(step.transactions)
            + finality(step.changes, step.finality) + totals(step.changes) + [.jsonb(lineage.known)]
            + outlooks(step.changes)
    }

    private func parameters(of step: SettlementStep) -> [PostgresValue] {
        fence(step.base) + watermarks(step.watermarks) + noCursor
            + facts(step.changes, watches: [], events: step.changes.flatMap(\.events))
            + command(step.command, step.refusal?.rawValue) + [.int8(nil)] + transactions([:])
            + finality(step.changes, nil) + totals(step.changes) + [.jsonb(lineage.known)]
            + outlooks(step.changes)
    }

    private func commit(
        _ parameters: [PostgresValue], after: LaneSnapshot
    ) async throws(PostgresError) -> StepOutcome {
        precondition(parameters.count == Self.parameterCount)
        do {
            try lineage.note(await connection.query(Self.commitStatement, parameters).only)
            return .committed(after)
        } catch {
            switch error.sqlState {
            case "CF901": return .fenced
            case "CF902", "CF903", "CF904", "CF905": return .stale(reason: error.message)
            case "CF906": return .retired
            default: throw error
            }
        }
    }

    /// A hint to consumers that there may be something new; sent after the commit, because a transaction that
    /// notifies commits behind every other one that does.
    public func notifyConsumers() async throws(PostgresError) {
        _ = try await connection.query("SELECT pg_notify('confirmd_outbox', '')", [])
    }

    private static let parameterCount = 99
    private static let commitStatement =
        "SELECT * FROM confirmd.commit_step(" + (1...parameterCount).map { "$\($0)" }.joined(separator: ", ") + ")"

    // The parameters of `confirmd.commit_step`, group by group in its order.

    private func fence(_ step: Step) -> [PostgresValue] {
        [
            .text(lane), .int8(step.base.epoch), .int8(step.base.step), .text(lane),
            .bytea(step.base.tip?.hash.bytes), .int8(step.base.watchNumber), .int8(step.base.policyNumber),
            .int8(step.anchor?.height), .bytea(step.anchor?.hash.bytes),
        ]
    }

    private func fence(_ base: LaneSnapshot) -> [PostgresValue] {
        [
            .text(lane), .int8(base.epoch), .int8(base.step), .text(nil), .bytea(nil), .int8(nil), .int8(nil),
            .int8(nil), .bytea(nil),
        ]
    }

    private var noWatermarks: [PostgresValue] { watermarks([:]) }

    private func watermarks(_ watermarks: [String: Watermark]) -> [PostgresValue] {
        let live = watermarks.filter { !$0.value.isRetired }.sorted { $0.key < $1.key }
        return [
            .textArray(live.map(\.key)), .int8Array(live.map(\.value.observedThrough)),
            .int8Array(live.map(\.value.finalThrough)),
        ]
    }

    private var noCursor: [PostgresValue] {
        [
            .int8Array([Int64]()), .byteaArray([[UInt8]]()), .byteaArray([[UInt8]]()), .int8Array([Int64]()),
            .textArray([String]()), .int8(nil), .int8(nil), .int8(nil), .text(nil), .text(nil),
        ]
    }

    private func command(_ number: Int64?, _ refusal: String?) -> [PostgresValue] {
        [.int8Array([number].compactMap(\.self)), .textArray(number == nil ? [] : [refusal])]
    }

    private func disconnection(_ step: Step) -> [PostgresValue] { [.int8(step.disconnectedTo?.height)] }

    private func transactions(_ spends: [Hash256: [Outpoint]]) -> [PostgresValue] {
        let spending = spends.filter { !$0.value.isEmpty }
        return [
            .byteaArray(spending.keys.map(\.bytes)), .byteaArray(spending.values.map { StoredSpends.bytes($0) }),
        ]
    }

    private func finality(_ changes: [Changes], _ finality: [FinalityTag: Int64]?) -> [PostgresValue] {
        let deposits = changes.flatMap(\.deposits)
        return [
            .textArray(deposits.map(\.required.credit.tag?.rawValue)),
            .textArray(deposits.map(\.required.final.tag?.rawValue)),
            .textArray(deposits.map(\.due?.tag?.rawValue)), .jsonb(finality.map(StoredFinality.text)),
        ]
    }

    private func facts(_ changes: [Changes], watches: [Step.Watch], events: [Event]) -> [PostgresValue] {
        owners(changes) + options(changes, watches) + deposits(changes) + entries(changes) + balances(changes)
            + rows(of: events)
    }

    private func cursor(_ step: Step) -> [PostgresValue] {
        [
            .int8Array(step.headers.map(\.height)), .byteaArray(step.headers.map(\.hash.bytes)),
            .byteaArray(step.headers.map(\.parent.bytes)), .int8Array(step.headers.map(\.time)),
            .textArray(step.headers.map { String($0.work) }), .int8(Int64(step.headersKept)),
            .int8(step.headHeight), .int8(step.observedAgo?.milliseconds), .text(step.state.rawValue),
            .text(step.stateReason),
        ]
    }

    /// An invoice that stays what it is is not written: its status is NULL, as a wallet's.
    private func owners(_ changes: [Changes]) -> [PostgresValue] {
        let invoices = changes.map(\.changedInvoice)
        return [
            .uuidArray(changes.map(\.owner.id)), .int8Array(changes.map(\.expectedVersion)),
            .int8Array(changes.map(\.version)), .textArray(invoices.map { $0?.status.rawValue }),
            .textArray(invoices.map { $0?.reason }), .boolArray(invoices.map { $0?.isFinal }),
            .boolArray(changes.map(\.refused)), .int4Array(changes.map { Int32(clamping: $0.registrationsAnnounced) }),
            .textArray(invoices.map { $0.map(InvoiceDecisions.text) }),
        ]
    }

    private func totals(_ changes: [Changes]) -> [PostgresValue] {
        let news = changes.filter(\.isSetAsideNews).map { ($0.owner.id.uuidString, $0.setAside) }
        return [
            .textArray(changes.map { $0.totals.map(StoredTotals.text) }),
            .jsonb(news.isEmpty ? nil : JSONObject.text(Dictionary(news, uniquingKeysWith: { $1 }))),
        ]
    }

    private func outlooks(_ changes: [Changes]) -> [PostgresValue] {
        [.textArray(changes.map { $0.outlook.map(StoredOutlook.text) })]
    }

    private func options(_ changes: [Changes], _ watches: [Step.Watch]) -> [PostgresValue] {
        let registrations = changes.flatMap { change in change.registrations.map { (change.owner.id, $0) } }
        return [
            .uuidArray(watches.map(\.owner)), .int4Array(watches.map(\.ordinal)),
            .byteaArray(watches.map(\.key.bytes)),
            .uuidArray(registrations.map(\.0)), .int4Array(registrations.map(\.1.ordinal)),
            .textArray(registrations.map(\.1.refusal)),
        ]
    }

    private func deposits(_ changes: [Changes]) -> [PostgresValue] {
        let deposits = changes.flatMap { change in change.deposits.map { (owner: change.owner.id, $0) } }
        let rows = deposits.map(\.1)
        return [
            .uuidArray(rows.map(\.id)), .textArray(rows.map(\.asset)), .uuidArray(deposits.map(\.owner)),
            .int4Array(rows.map(\.ordinal)), .byteaArray(rows.map(\.transaction.bytes)),
            .textArray(rows.map(\.locator)), .byteaArray(rows.map(\.key.bytes)),
            .textArray(rows.map(\.gross.description)), .textArray(rows.map(\.status.rawValue)),
            .textArray(rows.map(\.reason)), .boolArray(rows.map(\.late)), .int8Array(rows.map(\.seenAt)),
            .int8Array(rows.map(\.block?.height)), .byteaArray(rows.map(\.block?.hash.bytes)),
            .int8Array(rows.map(\.block?.time)), .int8Array(rows.map(\.blockIndex)),
            .int4Array(rows.map(\.maturity)), .int4Array(rows.map(\.required.credit.confirmations)),
            .int4Array(rows.map(\.required.final.confirmations)), .int8Array(rows.map(\.due?.height)),
            .textArray(rows.map(\.fee?.description)), .textArray(rows.map(\.net?.description)),
            .int8Array(rows.map(\.disconnectedHeight)), .boolArray(rows.map(\.isGone)),
            .int4Array(rows.map(\.credits)), .textArray(rows.map { JSONObject.text(counts: $0.stays) }),
        ]
    }

    private func entries(_ changes: [Changes]) -> [PostgresValue] {
        let entries = changes.flatMap(\.entries)
        return [
            .textArray(entries.map(\.kind.rawValue)), .textArray(entries.map(\.project)),
            .textArray(entries.map(\.asset)), .textArray(entries.map(\.debit)), .textArray(entries.map(\.credit)),
            .textArray(entries.map(\.amount.description)), .uuidArray(entries.map(\.deposit)),
            .int4Array(entries.map(\.creditNumber)), .boolArray(entries.map(\.isReversal)),
            .textArray(entries.map { $0.rule?.transferFee.description }),
            .int4Array(entries.map { $0.rule?.serviceFee.value }),
        ]
    }

    private func balances(_ changes: [Changes]) -> [PostgresValue] {
        let totals = BalanceChange.total(changes.flatMap(\.balances))
        return [
            .textArray(totals.map(\.project)), .textArray(totals.map(\.asset)),
            .textArray(totals.map(\.credited.description)), .textArray(totals.map(\.final.description)),
            .textArray(totals.map(\.fees.description)),
        ]
    }

    private func rows(of events: [Event]) -> [PostgresValue] {
        [
            .uuidArray(events.map(\.id)), .textArray(events.map(\.aggregate.type)),
            .textArray(events.map(\.aggregate.id)), .textArray(events.map(\.kind.rawValue)),
            .textArray(events.map(\.payload)), .int8Array(events.map(\.version)),
            .int4Array(events.map { _ in Event.schemaVersion }),
        ]
    }
}
