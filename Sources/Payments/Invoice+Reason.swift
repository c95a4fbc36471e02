extension Invoice {
    /// Why an invoice has its status where the amounts alone do not say it.
    public enum Reason: Hashable, Sendable {
        case autoConfirmed, canceled, duplicate, expired, markedPaid
        /// The address of an option can't be watched, for this reason.
        case refused(String)

        /// As it is stored and told.
        public init(_ text: String) {
            switch text {
            case Self.autoConfirmed.text: self = .autoConfirmed
            case Self.canceled.text: self = .canceled
            case Self.duplicate.text: self = .duplicate
            case Self.expired.text: self = .expired
            case Self.markedPaid.text: self = .markedPaid
            default: self = .refused(text)
            }
        }

        public var text: String {
            switch self {
            case .autoConfirmed: "auto_confirmed"
            case .canceled: "canceled"
            case .duplicate: "duplicate"
            case .expired: "expired"
            case .markedPaid: "marked_paid"
            case .refused(let reason): reason
            }
        }
    }
}
