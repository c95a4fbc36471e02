import Chain
public import Foundation

/// A row of the outbox before it has its position.
public struct Event: Hashable, Sendable {
    /// The contract's event types.
    public enum Kind: String, Sendable {
        case invoiceRegistered = "invoice.registered"
        case invoiceRefused = "invoice.refused"
        case invoiceStatusChanged = "invoice.status_changed"
        case walletRegistered = "wallet.registered"
        case walletRefused = "wallet.refused"
        case depositDetected = "deposit.detected"
        case depositCredited = "deposit.credited"
        case depositFinal = "deposit.final"
        case depositOrphaned = "deposit.orphaned"
        case depositReversed = "deposit.reversed"
        case depositDropped = "deposit.dropped"
        case depositRejected = "deposit.rejected"
        case networkReorganized = "network.reorganized"
        case networkHalted = "network.halted"
        case networkResumed = "network.resumed"
    }

    /// The version of the payloads' shape.
    public static let schemaVersion: Int32 = 1

    public let id: UUID
    public let kind: Kind
    public let aggregate: Aggregate
    /// The aggregate's own count of events: one more for each.
    public let version: Int64
    public let payload: Payload

    /// What an event tells, an object in JSON: strings, integers and booleans that always encode.
    public enum Payload: Encodable, Hashable, Sendable {
        case deposit(DepositPayload)
        case invoice(InvoicePayload)
        case wallet(WalletPayload)
        case network(NetworkPayload)

        public func encode(to encoder: any Encoder) throws {
            switch self {
            case .deposit(let payload): try payload.encode(to: encoder)
            case .invoice(let payload): try payload.encode(to: encoder)
            case .wallet(let payload): try payload.encode(to: encoder)
            case .network(let payload): try payload.encode(to: encoder)
            }
        }
    }

    /// `2026-11-23T10:00:00Z` for seconds since 1970.
    static func time(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }
}

/// Whose story an event belongs to.
public struct Aggregate: Hashable, Sendable {
    /// `invoice`, `wallet` or `network`.
    public let type: String
    public let id: String

    init(network: String) {
        type = "network"
        id = network
    }

    init(_ owner: Owner) {
        type = owner.kind.rawValue
        id = owner.id.uuidString.lowercased()
    }
}

/// What made an event happen: part of its id.
enum Cause: Hashable, CustomStringConvertible {
    case deposit(UUID)
    case registration
    /// Something of the network itself, by its own count of events.
    case network(Int64)
    case deadline
    /// An operator's command, by its number.
    case command(Int64)
    /// A change of thresholds, by the policy's number.
    case policy(Int64)

    var description: String {
        switch self {
        case .deposit(let id): "deposit:\(id.uuidString.lowercased())"
        case .registration: "registration"
        case .network(let version): "network:\(version)"
        case .deadline: "deadline"
        case .command(let number): "command:\(number)"
        case .policy(let number): "policy:\(number)"
        }
    }
}
