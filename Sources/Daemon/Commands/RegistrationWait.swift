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
