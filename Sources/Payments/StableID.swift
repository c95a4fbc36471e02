public import Chain
public import Foundation
import Hashing

/// Identifiers that depend on what they name and nothing else: the same fact has the same one on every machine and
/// after every loss. A SHA-256 over the parts, each with its length before it, as a UUID of version 8 (RFC 9562).
public enum StableID {
    /// The id of a deposit: network, transaction, locator, asset, recipient and amount.
    public static func deposit(network: String, asset: String, transfer: Transfer) -> UUID {
        id(of: [
            Array("deposit".utf8), Array(network.utf8), transfer.transaction.bytes,
            Array(transfer.locator.description.utf8), Array(asset.utf8), transfer.recipient.bytes,
            Array(Amount(transfer.amount).description.utf8),
        ])
    }

    /// The id of an event. `recurrence` counts how often all the rest together happened before.
    static func event(
        type: Event.Kind, aggregate: Aggregate, cause: Cause, block: Hash256?, recurrence: Int
    ) -> UUID {
        id(of: [
            Array("event".utf8), Array(type.rawValue.utf8), Array(aggregate.type.utf8), Array(aggregate.id.utf8),
            Array(cause.description.utf8), block?.bytes ?? [], Array(String(recurrence).utf8),
        ])
    }

    private static func id(of parts: [[UInt8]]) -> UUID {
        var hash = SHA256()
        for part in parts {
            hash.update((0..<4).map { (index: Int) -> UInt8 in UInt8(truncatingIfNeeded: part.count >> (index * 8)) })
            hash.update(part)
        }
        var bytes = hash.finalize().bytes
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }
}
