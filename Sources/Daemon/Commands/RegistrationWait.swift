import Foundation
import Store

/// Whether the addresses of an invoice or wallet that was just made are being watched: before that a payment to them is
/// found, but nobody should be asked for one.
struct RegistrationWait {
    let waiting: WaitingOption
    let reader: Reader

    /// Waits for a daemon to take the addresses in. Where that takes longer, or nobody is there to do it, says so on standard
    /// error: the invoice or wallet is there all the same.
    ///
    /// - Parameter show: the command that tells later how it is.
    /// - Throws: when an address was refused.
    func wait(for owner: UUID, show: String) async throws {
        let seen = try await waiting.look(isDone: { $0.isDecided }, { try await standing(of: owner) })
        if let refusal = seen.refusal { throw refusal }
        guard let delay = seen.delay else { return }
        Output.tell("not watched yet: \(delay); later: \(show) \(owner.uuidString.lowercased())\n")
    }

    private func standing(of owner: UUID) async throws -> RegistrationStanding {
        RegistrationStanding(
            addresses: try await reader.registrations(of: owner).map(\.columns),
            networks: try await reader.networks().map(\.columns))
    }
}

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
        return CommandFailure(
            message: "it can't be watched: \(refused.joined(separator: ", "))",
            advice: "It is canceled, and nothing paid there counts. Make another with an address of that network.")
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
