import Chain
import Foundation
import Payments

/// What was found on the chain or in the mempool that concerns watched addresses.
struct Findings: Sendable {
    var arrivals: [Arrival] = []
    /// What the arrivals' transactions spend.
    var spends: [Hash256: [Outpoint]] = [:]
    /// Whose deposits those outputs are, as far as they are recorded.
    var recorded: [Outpoint: Set<UUID>] = [:]
    var losses: [Loss] = []

    var isEmpty: Bool { arrivals.isEmpty && losses.isEmpty }

    /// What was found is recorded at this time of the database's.
    mutating func record(at time: Int64) { arrivals = arrivals.map { $0.recorded(at: time) } }

    mutating func add(_ other: Findings) {
        arrivals += other.arrivals
        spends.merge(other.spends) { first, _ in first }
        recorded.merge(other.recorded) { $0.union($1) }
        losses += other.losses
    }
}
