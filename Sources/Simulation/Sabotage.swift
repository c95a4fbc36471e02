import Payments
import Store

extension ModelDatabase.Sabotage {
    /// What daemons are told in the place of this; nil when just that.
    func weakening(_ publication: Publication) -> Publication? {
        switch self {
        case .hidesQuorum: publication.replacing(quorum: nil)
        case .hidesTags:
            publication.tags.isEmpty
                ? nil : publication.replacing(thresholds: Thresholds(credit: Threshold(1), final: Threshold(1)))
        default: nil
        }
    }
}
