public import BigInt

/// What a decision changes about one owner. It is written as a whole, or not at all.
public struct Changes: Sendable {
    public let owner: Owner
    /// The version that the decision was made on.
    public let expectedVersion: Int64
    /// The version that the owner has afterwards.
    public internal(set) var version: Int64
    public internal(set) var refused: Bool
    /// How often the owner's registration was announced, this time included.
    public internal(set) var registrationsAnnounced: Int
    /// The invoice as it is afterwards; nil for a wallet.
    public internal(set) var invoice: Invoice?
    private let before: (invoice: Invoice?, refused: Bool)
    public internal(set) var registrations: [Registration] = []
    /// Deposits that are new or no longer as they were, as they are afterwards.
    public internal(set) var deposits: [Deposit] = []
    public internal(set) var entries: [LedgerEntry] = []
    public internal(set) var balances: [BalanceChange] = []
    public internal(set) var events: [Event] = []
    /// How all deposits of the owner add up afterwards, where there are too many to load them all; nil where there are not.
    public internal(set) var totals: DepositTotals?
    /// Why nothing can be decided about the owner; nil where it can.
    public let setAside: String?
    /// Whether that is news, one way or the other.
    public let isSetAsideNews: Bool
    /// What was decided would change deposits that were not loaded: all that are open are needed, and another decision.
    public internal(set) var isIncomplete = false
    /// When the owner is to be looked at again; nil where that is as it was.
    public internal(set) var outlook: Outlook?
    /// What time is still to decide about the invoice waits for; empty where no step of the settlement lane asked.
    public internal(set) var waits: [Wait] = []
    /// The statuses that deposits passed into, in order, for counting.
    public internal(set) var passages: [(asset: String, status: Deposit.Status)] = []

    init(_ dossier: Dossier) {
        setAside = dossier.setAside
        isSetAsideNews = dossier.setAside != dossier.wasSetAside
        owner = dossier.owner
        expectedVersion = dossier.version
        version = dossier.version + (isSetAsideNews ? 1 : 0)
        refused = dossier.refused
        registrationsAnnounced = dossier.registrations
        invoice = dossier.invoice
        before = (dossier.invoice, dossier.refused)
    }

    /// The deposits that are credited here.
    public var credited: [Deposit] {
        let credited = Set(entries.filter { !$0.isReversal }.map(\.deposit))
        return deposits.filter { credited.contains($0.id) }
    }

    /// The invoice as it is afterwards, if it is another than before.
    public var changedInvoice: Invoice? { before == (invoice, refused) ? nil : invoice }

    /// Whether there is anything to write.
    public var isEmpty: Bool { version == expectedVersion && outlook == nil }
}

/// How a project's balance in one asset moves. Differences, so that two networks may each add theirs.
public struct BalanceChange: Hashable, Sendable {
    public let project: String
    public let asset: String
    public var credited: BigInt
    public var final: BigInt
    public var fees: BigInt

    public init(project: String, asset: String, credited: BigInt = 0, final: BigInt = 0, fees: BigInt = 0) {
        self.project = project
        self.asset = asset
        self.credited = credited
        self.final = final
        self.fees = fees
    }

    /// One change for each project and asset: the sums of theirs.
    public static func total(_ changes: [BalanceChange]) -> [BalanceChange] {
        var totals: [BalanceChange] = []
        var places: [[String]: Int] = [:]
        for change in changes {
            if let place = places[[change.project, change.asset]] {
                totals[place].credited += change.credited
                totals[place].final += change.final
                totals[place].fees += change.fees
            } else {
                places[[change.project, change.asset]] = totals.endIndex
                totals.append(change)
            }
        }
        return totals
    }
}
