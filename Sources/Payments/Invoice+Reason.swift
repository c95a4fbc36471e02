extension Invoice {
    /// Why an invoice has its status where the amounts alone do not say it; a refusal's reason is its option's.
    public enum Reason: String, CaseIterable, Sendable {
        case autoConfirmed = "auto_confirmed"
        case canceled
        case duplicate
        case expired
        case markedPaid = "marked_paid"
    }
}
