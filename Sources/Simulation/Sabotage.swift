import Payments
import Store

extension ModelDatabase.Sabotage {
    /// What daemons are told of what the operator wants, and what is held against them; nil when both are just that.
    func hide(some publication: Publication) -> (told: Publication, mandated: Publication)? {
        switch self {
        case .hidesQuorum: return (publication.replacing(quorum: .some(nil)), publication)
        case .hidesTags:
            guard !publication.terms.table.tags.isEmpty else { return nil }
            let counted = Thresholds(credit: Threshold(1), final: Threshold(1))
            return (publication.replacing(thresholds: counted), publication)
        case .hidesCaution:
            return (publication, publication.raised(for: Caution(causes: [.deepReorg], until: .max)))
        default: return nil
        }
    }
}
