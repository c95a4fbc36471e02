import BigInt

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
    public internal(set) var reason: Reason?
    public internal(set) var isFinal: Bool
    /// Seconds since 1970; a deposit seen at this very second is in time.
    public let expiresAt: Int64
    public let underpayTolerance: BasisPoints
    public let overpayTolerance: BasisPoints
    /// The share that, reached in time, is enough once the invoice is expired.
    public let autoConfirm: BasisPoints?
    public let latePolicy: LatePolicy
    /// The deadline has passed on every network, and no payment made in time is on its way: recorded once.
    public internal(set) var isExpired: Bool
    /// An operator canceled it: what is recorded from then on is late.
    public internal(set) var isCanceled: Bool
    /// How much was paid when an operator marked it paid; nil when none did.
    public internal(set) var marked: PaidRatio?
    /// How often its status changed for one and the same cause, by that cause: part of the events' ids.
    public internal(set) var recurrences: [String: Int]

    public init(
        status: Status, reason: Reason?, isFinal: Bool, expiresAt: Int64, underpayTolerance: BasisPoints,
        overpayTolerance: BasisPoints, autoConfirm: BasisPoints?, latePolicy: LatePolicy, isExpired: Bool = false,
        isCanceled: Bool = false, marked: PaidRatio? = nil, recurrences: [String: Int] = [:]
    ) {
        self.status = status
        self.reason = reason
        self.isFinal = isFinal
        self.expiresAt = expiresAt
        self.underpayTolerance = underpayTolerance
        self.overpayTolerance = overpayTolerance
        self.autoConfirm = autoConfirm
        self.latePolicy = latePolicy
        self.isExpired = isExpired
        self.isCanceled = isCanceled
        self.marked = marked
        self.recurrences = recurrences
    }

    /// Whether the gross of deposits of this kind counts toward the invoice once they are credited.
    func admits(_ kind: DepositTotals.Kind) -> Bool { !kind.late || latePolicy == .settle }

    /// Whether the gross of deposits of this kind counts toward the invoice.
    func counts(_ kind: DepositTotals.Kind) -> Bool { kind.isCredited && admits(kind) }

    /// The share of what is due at which the invoice is paid, in basis points.
    var enough: BigUInt { BasisPoints.whole - underpayTolerance.units }
}
