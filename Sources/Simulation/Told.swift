import BigInt
import Foundation
import Payments

/// What an event of the outbox tells, as one who follows its contract reads it.
struct Told {
    struct Payload: Decodable {
        struct Block: Decodable {
            let hash: String
        }

        var deposit_id: UUID?
        var status: String?
        var previous_status: String?
        var reason: String?
        var is_final: Bool?
        var net_base: String?
        var fee_base: String?
        var project: String?
        var asset: String?
        var block: Block?
    }

    let position: Int64
    let incarnation: Int32
    let id: UUID
    let kind: Event.Kind
    let aggregate: Aggregate
    let version: Int64
    let payload: Payload

    init(_ row: ModelDatabase.OutboxRow) {
        position = row.position
        incarnation = row.incarnation
        id = row.event.id
        kind = row.event.kind
        aggregate = row.event.aggregate
        version = row.event.version
        payload = (try? JSONDecoder().decode(Payload.self, from: JSONEncoder().encode(row.event.payload))) ?? Payload()
    }
}
