public import Chain
public import Foundation
public import Payments
public import Postgres

/// The database as the worker of one lane sees it: what it reads to decide, and its one write. `Store` is the real one;
/// a simulation has a model of it. Every error is the database's and means what `PostgresError.disposition` says.
public protocol LaneStore: Sendable {
    /// Takes the lane when nobody holds it: the new epoch, or nil.
    func acquireLane(holder: UUID, host: String, timeToLive: Duration) async throws(PostgresError) -> Int64?
    /// Prolongs a lease that is still ours; false when it is not.
    func renewLane(holder: UUID, epoch: Int64, timeToLive: Duration) async throws(PostgresError) -> Bool
    /// Gives the lane back, so that another daemon need not wait for the lease to run out.
    func releaseLane(holder: UUID, epoch: Int64) async throws(PostgresError)

    /// Writes the configuration down and returns the number of the policy in force.
    func publish(_ publication: Publication, from host: String, introducing: Bool) async throws(PostgresError) -> Int64
    /// Why the thresholds of the policy in force are raised; nil when they are as configured.
    func caution() async throws(PostgresError) -> Caution?
    /// Where the lane stands, read with its row locked: a commit whose fate was unknown has ended one way or the other.
    func snapshot() async throws(PostgresError) -> LaneSnapshot
    /// Whether an operator retired the network.
    func isRetired() async throws(PostgresError) -> Bool
    /// The database's time, in seconds since 1970.
    func time() async throws(PostgresError) -> Int64
    /// What tells this database from every other and from what it was before it lost commits.
    func identity() async throws(PostgresError) -> String
    /// Folds the keys watched under numbers above `number` up to `through` into a state, in no order.
    func watchedKeys<State: Sendable>(
        after number: Int64, through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws -> State

    /// The keys of open invoices on other networks where an address means the same, with the numbers under which they are
    /// watched there: those above the numbers in `known`, by network.
    func siblingKeys(after known: [String: Int64]) async throws -> [SiblingKey]

    /// The stored headers of our chain that end with the tip and have no gap, oldest first, at most `maximum`.
    func window(_ maximum: Int) async throws -> [Header]
    /// Every stored block of our chain, highest first: the window and what is kept below it for ever.
    func storedBlocks() async throws -> [BlockReference]
    /// The blocks of our chain that are not followed by one older than `time` (seconds since 1970), up to the tip,
    /// oldest first, as far down as headers are stored without a gap. `isComplete` is false when it may go on below.
    func headers(since time: Int64) async throws -> (blocks: [BlockReference], isComplete: Bool)

    /// The dossiers of every owner that a step touches, all from one moment.
    func dossiers(_ query: DossierQuery) async throws -> [Dossier]
    /// Whose recorded deposits these outputs of the network's transactions are; those that are nobody's are left out.
    func owners(ofOutputs outputs: [Outpoint]) async throws -> [Outpoint: Set<UUID>]
    /// The transactions with deposits of this network that are in no block of our chain and may come into one.
    func unmined() async throws -> [UnminedTransaction]

    /// Whether any option of this network waits to be registered.
    func hasUnregisteredOptions() async throws(PostgresError) -> Bool
    /// Options of this network that wait to be registered, in turns by project: those whose address nobody looked at yet, or
    /// those that are watched and wait for the scan back.
    func unregisteredOptions(watched: Bool, limit: Int) async throws(PostgresError) -> [UnregisteredOption]
    /// Who owns each of these keys on this network already.
    func holders(of keys: [WatchKey]) async throws(PostgresError) -> [WatchKey: [Owner]]
    /// Deposits rejected for their asset at the addresses of these owners' options, under another owner, which the
    /// options ask for.
    func unexpectedDeposits(of owners: [UUID]) async throws -> [UnexpectedDeposit]

    /// How far each network has come, by name, and the database's time, both from one moment.
    func watermarks() async throws(PostgresError) -> (now: Int64, watermarks: [String: Watermark])
    /// Invoices that time may have changed in this way, in the order of their deadlines, after the one looked at last; from the
    /// first one on when that is nil.
    func dueInvoices(_ deadline: Deadline, after last: UUID?, limit: Int32) async throws(PostgresError) -> [UUID]
    /// The commands that wait for this lane: in turns by project, of each in the order of their numbers.
    func waitingCommands(limit: Int64) async throws(PostgresError) -> [WaitingCommand]
    /// Makes room in the outbox ahead of its end, and drops what lies behind every consumer and is older than this.
    func maintainOutbox(keeping age: Duration) async throws(PostgresError)

    /// Writes a step: one call, one transaction. A step that was refused because the world moved on is an outcome.
    func commit(_ step: Step) async throws(PostgresError) -> StepOutcome
    /// Writes a step of the settlement lane, likewise.
    func commit(_ step: SettlementStep) async throws(PostgresError) -> StepOutcome
    /// Why the database would never take this step; nil when it would. Nothing is written.
    func refusal(of step: Step) async throws -> String?
    /// The same of a step of the settlement lane.
    func refusal(of step: SettlementStep) async throws -> String?
    /// A hint to consumers that there may be something new.
    func notifyConsumers() async throws(PostgresError)
}

extension Store: LaneStore {}
