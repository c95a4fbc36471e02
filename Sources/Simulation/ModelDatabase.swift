import BigInt
import Chain
import Foundation
import Payments
import Store

/// The database in memory, as its functions keep it: each operation is one transaction, done at one instant.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class ModelDatabase: @unchecked Sendable {
    /// What it does wrong, so that tests see the oracles notice.
    enum Sabotage: String, CaseIterable, Sendable {
        case ignoresFence, repeatsCommits, losesEvents, forgetsReversals, losesDeposits, doublesBalances
        case skipsHeaders, keepsDisconnected, repeatsEvents, stalls
        /// Daemons are told of no quorum, and of one confirmation instead of a finality tag.
        case hidesQuorum, hidesTags
        /// Thresholds are raised, and daemons not told.
        case hidesCaution
        /// Every node says to have what any node has.
        case echoes
        /// Every node's balances bear out whatever it said.
        case confirmsAll
        /// An address on another network is given out as one of this.
        case mistakesNetworks
        /// Daemons are told that it is a day later than it is.
        case misdates
        /// How deep a chain may go back counts from the tip at each restart, and headers are kept for that.
        case forgetsFloor
        /// Nobody is told whose deposit a transaction spends.
        case forgetsOutputs
        /// No incarnation of the outbox begins where commits were lost.
        case hidesLosses
        /// None begins when an operator says so.
        case ignoresOperators
        /// A database that is older than what a daemon has seen of it lets it in.
        case admitsOldPrimaries
        /// A retired network is followed all the same.
        case followsRetired
        /// A retired network holds invoices back all the same.
        case waitsForRetired
        /// What an owner was paid on another network is not taken back when its block is disconnected.
        case keepsSiblings
    }

    struct Lane {
        var epoch: Int64 = 0
        var step: Int64 = 0
        var holder: UUID?
        /// Milliseconds since 1970.
        var heldUntil: Int64 = 0
    }

    struct Network {
        var publication: Publication
        /// Every policy that was in force, the latest last.
        var policies: [PolicyTerms] = []
        var headers: [Int64: Header] = [:]
        var tip: Header?
        /// Every block that was the tip, on whatever branch: for the judge.
        var formerTips: Set<Hash256> = []
        /// The lowest height that may be gone back to without an operator.
        var floor: Int64?
        var headHeight: Int64?
        /// Milliseconds since 1970.
        var observedThrough: Int64?
        var finality: [FinalityTag: Int64] = [:]
        var state = NetworkState.starting
        var stateReason: String?
        var watchNumber: Int64 = 0
        var version: Int64 = 0
        /// What the transactions of deposits spend.
        var spends: [Hash256: [Outpoint]] = [:]

        var policyNumber: Int64 { Int64(policies.count) }
        var isRetired: Bool { state == .retired }
        /// The step after which it was, counted over all lanes.
        var retiredAt: Int?
    }

    struct Project {
        var terms: ProjectTerms
    }

    struct OptionRow {
        let ordinal: Int32
        let network: String
        let asset: String
        let address: String
        let amount: Amount?
        let due: Amount?
        /// Nil for a wallet's, which has the terms in force.
        let fees: FeeTerms?
        /// Seconds since 1970.
        let createdAt: Int64
        var key: WatchKey?
        var watchNumber: Int64?
        var isRegistered = false
        var refusedReason: String?
    }

    struct OwnerRow {
        let owner: Owner
        var version: Int64 = 0
        var registrations = 0
        var isRefused = false
        var invoice: Invoice?
        var options: [OptionRow]
        /// In the order in which they were recorded.
        var deposits: [UUID] = []
        /// How they add up, once they are more than `depositsMaximum`.
        var totals: DepositTotals?
        /// When it is looked at again.
        var outlook = Outlook.none
        /// The commit at which it was canceled or refused, counted over all lanes.
        var closedAt: Int?
    }

    struct DepositRow {
        var deposit: Deposit
        var owner: UUID
        /// The commit that recorded it first.
        let recordedAt: Int
        /// When it was first recorded in a block, in seconds since 1970; nil before, `.max` where the clock was just put back.
        var minedAt: Int64?
    }

    struct Command {
        enum Kind: Hashable, Sendable {
            case markPaid(UUID)
            case cancel(UUID)
            case resync(network: String)
            case retire(network: String)
            /// Takes effect in the call.
            case newIncarnation(above: Int32?)
        }

        let kind: Kind
        /// Nil while it waits; else the refusal, or empty when it was applied.
        var outcome: String?
    }

    typealias JournalRow = (lane: String, epoch: Int64, step: Int64)

    struct OutboxRow {
        let position: Int64
        let incarnation: Int32
        let event: Event
        let network: String?
    }

    struct BalanceKey: Hashable {
        let project: String
        let asset: String
    }

    struct Balance: Hashable {
        var credited = BigInt(0)
        var final = BigInt(0)
        var fees = BigInt(0)
    }

    struct EntryKey: Hashable {
        let deposit: UUID
        let number: Int32
        let kind: LedgerEntry.Kind
        let isReversal: Bool
    }

    let loop: Loop
    var sabotage: Sabotage?
    /// From how many deposits on an owner's are not all loaded: few, so that it happens.
    let depositsMaximum = 2
    /// What the operator wants of a network, where sabotage hides some of it from daemons.
    var mandated: [String: Publication] = [:]
    /// Looks at each step of a network's before it is written.
    var audit: (Step, Network) -> Void = { _, _ in }
    /// Hears of each request before it is carried out.
    var hear: (Request) -> Void = { _ in }
    /// By how much its clock is off, in milliseconds.
    var clockOffset: Int64 = 0 {
        didSet { if clockOffset < oldValue { setBackAt = loop.now } }
    }
    /// When its clock was put back last.
    private var setBackAt: Duration?
    /// What its clock says, unless a step under way may have asked it before it was put back.
    var settledClock: Int64 { setBackAt.map { loop.now - $0 < .seconds(60) } ?? false ? .max : clock / 1_000 }
    var lanes = [Store.settlementLane: Lane()]
    var networks: [String: Network] = [:]
    var projects: [String: ProjectTerms] = [:]
    var assets: [String: (network: String, asset: Asset)] = [:]
    var owners: [UUID: OwnerRow] = [:]
    /// In the order in which creators made them.
    var ownerOrder: [UUID] = []
    var deposits: [UUID: DepositRow] = [:]
    var entries: [LedgerEntry] = []
    var entryKeys: Set<EntryKey> = []
    var balances: [BalanceKey: Balance] = [:]
    var commands: [Command] = []
    var outbox: [OutboxRow] = []
    /// The steps that were written, over all lanes: under which epoch, and as which step of it.
    var journal: [JournalRow] = []
    var counter = Counter()
    var incarnations = [Incarnation(number: 1, firstPosition: 1, begun: 0)]
    /// Of the server that runs; it grows with each failover.
    var timeline: Int32 = 1
    /// Another one for each time that all connections were lost.
    var generation = 0
    /// Nobody can connect.
    var isDown = false
    /// How often a daemon was refused for having seen it further.
    var refusals = 0
    var commits: Int { journal.count }
    var violations: [Violation] = []

    init(loop: Loop) {
        self.loop = loop
    }

    /// The instant at which every simulation begins: a round number of seconds since 1970.
    static let epoch: Int64 = 1_800_000_000

    /// Its clock, in milliseconds since 1970.
    var clock: Int64 { Self.epoch * 1_000 + loop.now.milliseconds + clockOffset }

    func note(_ oracle: Violation.Oracle, _ words: String) {
        if violations.count < 20 { violations.append(Violation(oracle, words)) }
    }

    func network(_ name: String) throws(StoreError) -> Network {
        guard let network = networks[name] else { throw StoreError(.halt, "network \(name) does not exist") }
        return network
    }
}
