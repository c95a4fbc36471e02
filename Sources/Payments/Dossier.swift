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
    /// All of an invoice; of a wallet those that may still change and those that this step names. Where there are more
    /// than `depositsMaximum`, those alone that the step may change.
    public internal(set) var deposits: [Deposit]
    /// How the owner's other deposits add up; nil where there are no more than `depositsMaximum`.
    public private(set) var rest: DepositTotals?
    /// Why nothing can be decided about the owner; nil where it can. What happens to its deposits on the chain is recorded all
    /// the same.
    public private(set) var setAside: String?
    /// What the database says of that.
    public let wasSetAside: String?
    /// The networks that are retired: nothing is waited for there any more.
    public let retired: Set<String>
    /// When it is to be looked at again, as was decided last.
    public let outlook: Outlook
    /// From how many deposits on they are looked at one by one only where they may change.
    public let depositsMaximum: Int

    /// What is usual for `depositsMaximum`.
    public static let usualDepositsMaximum = 100

    public init(
        owner: Owner, version: Int64, refused: Bool, registrations: Int, invoice: Invoice?, options: [PaymentOption],
        deposits: [Deposit], depositsMaximum: Int = usualDepositsMaximum, wasSetAside: String? = nil,
        retired: Set<String> = [], outlook: Outlook = .none
    ) {
        self.owner = owner
        self.version = version
        self.refused = refused
        self.registrations = registrations
        self.invoice = invoice
        self.options = options
        self.deposits = deposits
        self.depositsMaximum = depositsMaximum
        self.wasSetAside = wasSetAside
        self.retired = retired
        self.outlook = outlook
    }

    /// The same owner, about whom nothing can be decided for this reason.
    public func settingAside(for reason: String) -> Dossier {
        var dossier = self
        dossier.setAside = setAside ?? reason
        // The totals are computed again from all deposits once the owner can be decided about.
        dossier.rest = nil
        return dossier
    }

    /// The same where these are but some of the owner's deposits, all of which add up to `totals`; nil when they can't.
    public func among(_ totals: DepositTotals) -> Dossier? {
        var rest = totals
        for deposit in deposits {
            if let kind = kind(of: deposit), !rest.remove(deposit.gross, of: kind) { return nil }
        }
        var dossier = self
        dossier.rest = rest
        return dossier
    }
}

extension Dossier {
    /// The option that a deposit pays.
    func option(of deposit: Deposit) -> PaymentOption? { option(deposit.ordinal) }

    func option(_ ordinal: Int32) -> PaymentOption? {
        options.first { $0.ordinal == ordinal }
    }

    /// What a deposit counts as; nil for those of a wallet that nothing is asked of any more.
    func kind(of deposit: Deposit) -> DepositTotals.Kind? {
        if invoice == nil, !deposit.isUnfinal { return nil }
        return DepositTotals.Kind(
            network: deposit.network, asset: deposit.asset, ordinal: deposit.ordinal, status: deposit.status,
            late: deposit.late, isOpen: deposit.isOpen, isSufficient: isSufficient(deposit))
    }

    private func isSufficient(_ deposit: Deposit) -> Bool {
        guard let invoice, let due = option(of: deposit)?.due else { return false }
        return PaidRatio([(deposit.gross, due)]).isAtLeast(invoice.enough)
    }

    /// How all deposits of the owner add up.
    var totals: DepositTotals {
        var totals = rest ?? DepositTotals()
        for deposit in deposits {
            if let kind = kind(of: deposit) { totals.add(deposit.gross, of: kind) }
        }
        return totals
    }

    /// What is to be kept of the totals, so that not every deposit need be loaded next time.
    var totalsKept: DepositTotals? { rest != nil || deposits.count > depositsMaximum ? totals : nil }

    var hasDeposits: Bool { !deposits.isEmpty || rest.map { $0.count > 0 } ?? false }

    /// The invoice's paid ratio over the deposits that are counted.
    func paidRatio(_ totals: DepositTotals, where isCounted: (DepositTotals.Kind) -> Bool) -> PaidRatio {
        PaidRatio(
            options.map { option in
                (totals.gross { $0.ordinal == option.ordinal && isCounted($0) }, option.due)
            })
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

    public init(
        ordinal: Int32, network: String, asset: String, decimals: Int, address: String, key: WatchKey?,
        amount: Amount?, due: Amount?, minimumDeposit: Amount, fees: FeeTerms, isRegistered: Bool,
        refusedReason: String?
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
    }

    /// Neither watched and looked back for, nor refused.
    var isUnregistered: Bool { !isRegistered && refusedReason == nil }
}
