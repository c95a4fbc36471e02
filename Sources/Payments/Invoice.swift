/// The state of an invoice and the terms it was made with.
public struct Invoice: Hashable, Sendable {
    public enum Status: String, Sendable, Codable {
        case created, partial, paid, overpaid, canceled
    }

    public enum LatePolicy: String, Sendable {
        /// Late deposits are credited to the project and leave the status alone.
        case credit
        /// Late deposits count like those in time.
        case settle
    }

    public internal(set) var status: Status
    public internal(set) var reason: String?
    public internal(set) var isFinal: Bool
    /// Seconds since 1970; a deposit seen at this very second is in time.
    public let expiresAt: Int64
    public let underpayTolerance: BasisPoints
    public let overpayTolerance: BasisPoints
    public let latePolicy: LatePolicy

    public init(
        status: Status, reason: String?, isFinal: Bool, expiresAt: Int64, underpayTolerance: BasisPoints,
        overpayTolerance: BasisPoints, latePolicy: LatePolicy
    ) {
        self.status = status
        self.reason = reason
        self.isFinal = isFinal
        self.expiresAt = expiresAt
        self.underpayTolerance = underpayTolerance
        self.overpayTolerance = overpayTolerance
        self.latePolicy = latePolicy
    }

    /// Whether a deposit's gross counts towards the invoice.
    func counts(_ deposit: Deposit) -> Bool {
        deposit.isCredited && (!deposit.late || latePolicy == .settle)
    }
}
