import BigInt
import Chain
import Foundation
import Payments
import Postgres

/// What may be thousands of rows: an array for each column.
extension StepParameters {
    mutating func add(owners changes: [Changes]) {
        add("p_owner", .uuidArray(changes.map(\.owner.id)))
        add("p_owner_change", .jsonbArray(changes.map(OwnerChange.text)))
    }

    mutating func add(deposits changes: [Changes]) {
        let rows = changes.flatMap(\.deposits)
        let owners = changes.flatMap { change in change.deposits.map { _ in change.owner.id } }
        add("p_deposit", .uuidArray(rows.map(\.id)))
        add("p_deposit_asset", .textArray(rows.map(\.asset)))
        add("p_deposit_owner", .uuidArray(owners))
        add("p_deposit_ordinal", .int4Array(rows.map(\.ordinal)))
        add("p_deposit_transaction", .byteaArray(rows.map(\.transaction.bytes)))
        add("p_deposit_locator", .textArray(rows.map(\.locator)))
        add("p_deposit_key", .byteaArray(rows.map(\.key.bytes)))
        add("p_deposit_gross", .textArray(rows.map(\.gross.description)))
        add("p_deposit_status", .textArray(rows.map(\.status.rawValue)))
        add("p_deposit_reason", .textArray(rows.map(\.reason)))
        add("p_deposit_late", .boolArray(rows.map(\.late)))
        add("p_deposit_seen", .int8Array(rows.map(\.seenAt)))
        add("p_deposit_height", .int8Array(rows.map(\.block?.height)))
        add("p_deposit_hash", .byteaArray(rows.map(\.block?.hash.bytes)))
        add("p_deposit_time", .int8Array(rows.map(\.block?.time)))
        add("p_deposit_index", .int8Array(rows.map(\.place.blockIndex)))
        add("p_deposit_maturity", .int4Array(rows.map(\.maturity)))
        add("p_deposit_credit_required", .int4Array(rows.map(\.required.credit.confirmations)))
        add("p_deposit_credit_tag", .textArray(rows.map(\.required.credit.tag?.rawValue)))
        add("p_deposit_final_required", .int4Array(rows.map(\.required.final.confirmations)))
        add("p_deposit_final_tag", .textArray(rows.map(\.required.final.tag?.rawValue)))
        add("p_deposit_due", .int8Array(rows.map(\.due?.height)))
        add("p_deposit_due_tag", .textArray(rows.map(\.due?.tag?.rawValue)))
        add("p_deposit_fee", .textArray(rows.map(\.fee?.description)))
        add("p_deposit_net", .textArray(rows.map(\.net?.description)))
        add("p_deposit_disconnected", .int8Array(rows.map(\.place.displacedFrom)))
        add("p_deposit_gone", .boolArray(rows.map(\.place.isGone)))
        add("p_deposit_credits", .int4Array(rows.map(\.credits)))
        add("p_deposit_stays", .textArray(rows.map { JSONObject.text(counts: $0.stays) }))
    }

    mutating func add(_ entries: [LedgerEntry]) {
        add("p_entry_kind", .textArray(entries.map(\.kind.rawValue)))
        add("p_entry_project", .textArray(entries.map(\.project)))
        add("p_entry_asset", .textArray(entries.map(\.asset)))
        add("p_entry_debit", .textArray(entries.map(\.debit)))
        add("p_entry_credit", .textArray(entries.map(\.credit)))
        add("p_entry_amount", .textArray(entries.map(\.amount.description)))
        add("p_entry_deposit", .uuidArray(entries.map(\.deposit)))
        add("p_entry_number", .int4Array(entries.map(\.creditNumber)))
        add("p_entry_reversal", .boolArray(entries.map(\.isReversal)))
        add("p_entry_transfer_fee", .textArray(entries.map { $0.rule?.transferFee.description }))
        add("p_entry_service_fee", .int4Array(entries.map { $0.rule?.serviceFee.value }))
    }

    mutating func add(_ events: [Event]) {
        add("p_event", .uuidArray(events.map(\.id)))
        add("p_event_aggregatetype", .textArray(events.map(\.aggregate.type)))
        add("p_event_aggregateid", .textArray(events.map(\.aggregate.id)))
        add("p_event_type", .textArray(events.map(\.kind.rawValue)))
        add("p_event_payload", .textArray(events.map { JSONObject.text($0.payload) }))
        add("p_event_version", .int8Array(events.map(\.version)))
        add("p_event_schema", .int4Array(events.map { _ in Event.schemaVersion }))
    }
}
