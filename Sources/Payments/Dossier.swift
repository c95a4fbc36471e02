public import Chain
public import Foundation

/// Everything a decision about one owner depends on, as it was at one version.
public struct Dossier: Sendable {
    public let owner: Owner
    /// Counts the owner's events; the write is refused when it is no longer this.
    public let version: Int64
    /// True once registration refused the owner as a whole.
    public internal(set) var refused: Bool
    /// How often its registration was announced.
    public internal(set) var registrations: Int
    /// Nil for a static wallet.
    public internal(set) var invoice: Invoice?
    /// In the order in which they were given.
    public internal(set) var options: [PaymentOption]
    /// All of an invoice; of a wallet those that may still change and those that this step names.
    public internal(set) var deposits: [Deposit]

    public init(
        owner: Owner, version: Int64, refused: Bool, registrations: Int, invoice: Invoice?, options: [PaymentOption],
        deposits: [Deposit]
    ) {
        self.owner = owner
        self.version = version
        self.refused = refused
        self.registrations = registrations
        self.invoice = invoice
        self.options = options
        self.deposits = deposits
    }
}

extension Dossier {
    /// The option that a deposit pays.
    func option(of deposit: Deposit) -> PaymentOption? {
        options.first { $0.ordinal == deposit.ordinal }
    }

    /// The invoice's paid ratio over the deposits that are counted.
    func paidRatio(where isCounted: (Deposit) -> Bool) -> PaidRatio {
        var credited: [Int32: Amount] = [:]
        for deposit in deposits where isCounted(deposit) { credited[deposit.ordinal, default: .zero] += deposit.gross }
        return PaidRatio(options.map { (credited[$0.ordinal] ?? .zero, $0.due) })
    }

    /// Whether a deposit of this kind may still be credited, on a network that is not retired.
    func isAwaiting(_ isMeant: (Deposit) -> Bool) -> Bool {
        deposits.contains { $0.isPending && isMeant($0) && option(of: $0)?.isRetired != true }
    }
}

/// What an address belongs to.
public struct Owner: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case invoice
        case wallet
    }

    public let id: UUID
    public let kind: Kind
    public let project: String
    /// The creator's name for it: the order of an invoice, the customer of a wallet.
    public let reference: String

    public init(id: UUID, kind: Kind, project: String, reference: String) {
        self.id = id
        self.kind = kind
        self.project = project
        self.reference = reference
    }
}

/// One way to pay an owner.
public struct PaymentOption: Hashable, Sendable {
    public let ordinal: Int32
    public let network: String
    public let asset: String
    public let decimals: Int
    /// As the creator wrote it.
    public let address: String
    /// Nil until the address was parsed.
    public internal(set) var key: WatchKey?
    /// What was asked for and, fees on the payer included, what has to arrive; nil where any amount will do.
    public let amount: Amount?
    public let due: Amount?
    public let minimumDeposit: Amount
    public let fees: FeeTerms
    public internal(set) var isRegistered: Bool
    public internal(set) var refusedReason: String?
    /// Its network is retired: nothing is waited for there any more.
    public let isRetired: Bool

    public init(
        ordinal: Int32, network: String, asset: String, decimals: Int, address: String, key: WatchKey?,
        amount: Amount?, due: Amount?, minimumDeposit: Amount, fees: FeeTerms, isRegistered: Bool,
        refusedReason: String?, isRetired: Bool = false
    ) {
        self.ordinal = ordinal
        self.network = network
        self.asset = asset
        self.decimals = decimals
        self.address = address
        self.key = key
        self.amount = amount
        self.due = due
        self.minimumDeposit = minimumDeposit
        self.fees = fees
        self.isRegistered = isRegistered
        self.refusedReason = refusedReason
        self.isRetired = isRetired
    }

    /// Neither watched and looked back for, nor refused.
    var isUnregistered: Bool { !isRegistered && refusedReason == nil }
}
