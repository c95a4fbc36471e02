import Payments
import Store

/// How far the registration of an owner's addresses is. Pure.
struct RegistrationStanding {
    let addresses: [RegistrationColumns]
    let networks: [NetworkColumns]

    private var pending: [RegistrationColumns] {
        addresses.filter { $0.registeredAt == nil && $0.refusedReason == nil }
    }

    /// Nothing is gained by waiting on: every address is watched or refused, or no daemon is there to do it.
    var isDecided: Bool {
        refusal != nil
            || pending.allSatisfy { address in
                networks.first { $0.network == address.network }.map { $0.heldBy == nil } ?? true
            }
    }

    var refusal: CommandFailure? {
        let refused = addresses.compactMap { address in
            address.refusedReason.map { "\(address.asset) at \(address.address) (\($0))" }
        }
        guard !refused.isEmpty else { return nil }
        let isTaken = addresses.contains { $0.refusedReason == Claim.addressInUse }
        return CommandFailure(
            message: "it can't be watched: \(refused.joined(separator: ", "))",
            advice: """
                It is refused, and nothing paid there counts. Make another with \
                \(isTaken ? "an address that nothing else uses" : "an address of that network").
                """)
    }

    /// Which addresses are not watched yet, and why; nil when all are.
    var delay: String? {
        let words = pending.map { address in
            let obstacle = networks.first { $0.network == address.network }?.obstacle
            return "\(address.asset) at \(address.address)"
                + (obstacle.map { " (\($0.why); \($0.next))" }
                    ?? " (its network's recent blocks are being looked through)")
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
