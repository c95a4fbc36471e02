import Foundation
import Logging
import Payments

/// Finds the owners whose changes the database refuses for good, each with the reason, so that they can be set aside and all
/// others go on. Halves what is refused until every culprit stands alone.
///
/// - Parameter refusal: why these changes together would be refused; nil when they would not.
func culprits(
    among changes: [Changes], isolation: isolated (any Actor)? = #isolation,
    _ refusal: ([Changes]) async throws -> String?
) async throws -> [UUID: String] {
    guard !changes.isEmpty, let reason = try await refusal(changes) else { return [:] }
    guard changes.count > 1 else { return [changes[0].owner.id: reason] }
    let middle = changes.count / 2
    let first = try await culprits(among: Array(changes[..<middle]), isolation: isolation, refusal)
    let second = try await culprits(among: Array(changes[middle...]), isolation: isolation, refusal)
    return first.merging(second) { reason, _ in reason }
}

extension [Dossier] {
    /// The same where these owners are set aside for these reasons.
    func settingAside(_ reasons: [UUID: String]) -> [Dossier] {
        reasons.isEmpty ? self : map { dossier in reasons[dossier.owner.id].map(dossier.settingAside(for:)) ?? dossier }
    }
}

extension Logger {
    /// That nothing can be decided about an owner, or that it can be again.
    func tell(setAside change: Changes) {
        let kind = change.owner.kind.rawValue
        let id = change.owner.id.uuidString.lowercased()
        if let reason = change.setAside {
            error(
                "set aside: nothing is decided about it, its deposits are recorded",
                metadata: [kind: "\(id)", "reason": "\(reason)"])
        } else {
            notice("no longer set aside", metadata: [kind: "\(id)"])
        }
    }
}
