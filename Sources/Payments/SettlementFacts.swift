/// What a step of the settlement lane tells one invoice.
public struct SettlementFacts: Sendable {
    /// How far each network has come that the invoice accepts.
    public let watermarks: [String: Watermark]
    /// The database's time, in seconds since 1970.
    public let now: Int64
    public let command: InvoiceCommand?

    public init(watermarks: [String: Watermark], now: Int64, command: InvoiceCommand? = nil) {
        self.watermarks = watermarks
        self.now = now
        self.command = command
    }
}

/// How far a network has come.
public struct Watermark: Hashable, Sendable {
    /// The height of the tip; nil before the first run.
    public let tip: Int64?
    /// Every block that was there at this time is in the database, in seconds since 1970; nil when that is not known.
    public let observedThrough: Int64?
    /// The time of the latest block that is final by the network's own threshold, in seconds since 1970.
    public let finalThrough: Int64?
    /// What observed-through has to be beyond a deadline, in seconds.
    public let arrivalGrace: Int64
    /// The network holds nothing back any more.
    public let isRetired: Bool

    public init(tip: Int64?, observedThrough: Int64?, finalThrough: Int64?, arrivalGrace: Int64, isRetired: Bool) {
        self.tip = tip
        self.observedThrough = observedThrough
        self.finalThrough = finalThrough
        self.arrivalGrace = arrivalGrace
        self.isRetired = isRetired
    }

    func hasObserved(_ deadline: Int64) -> Bool {
        isRetired || observedThrough.map { $0 > deadline + arrivalGrace } ?? false
    }

    func hasFinalized(_ deadline: Int64) -> Bool {
        isRetired || finalThrough.map { $0 > deadline } ?? false
    }
}

/// What an operator wants of an invoice.
public struct InvoiceCommand: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case markPaid = "mark_paid"
        case cancel
    }

    /// Why a command was not carried out.
    public enum Refusal: String, Sendable {
        case refused
        case alreadyPaid = "already_paid"
        case notCreated = "not_created"
        case depositPending = "deposit_pending"
        /// Nothing can be decided about the invoice; its halted_reason says why.
        case setAside = "set_aside"
    }

    public let number: Int64
    public let kind: Kind

    public init(number: Int64, kind: Kind) {
        self.number = number
        self.kind = kind
    }
}
