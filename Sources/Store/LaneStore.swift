public import Chain
public import Foundation
public import Payments

/// The database as the worker of one lane sees it: what it reads to decide, and its one write. `PostgresLaneStore` is the
/// real one; a simulation has a model of it.
public protocol LaneStore: StepStore, PolicyStore {
    /// Takes the lane when nobody holds it: the new epoch, or nil.
    func acquireLane(holder: UUID, host: String, timeToLive: Duration) async throws(StoreError) -> Int64?
    /// Prolongs a lease that is still ours; false when it is not.
    func renewLane(holder: UUID, epoch: Int64, timeToLive: Duration) async throws(StoreError) -> Bool
    /// Gives the lane back, so that another daemon need not wait for the lease to run out.
    func releaseLane(holder: UUID, epoch: Int64) async throws(StoreError)

    /// Whether an operator retired the network.
    func isRetired() async throws(StoreError) -> Bool
    /// What tells this database from every other and from what it was before it lost commits.
    func identity() async throws(StoreError) -> String
    /// Folds the keys watched under numbers above `number` up to `through` into a state, in no order.
    func watchedKeys<State: Sendable>(
        after number: Int64, through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws(StoreError) -> State

    /// The keys of open invoices on other networks where an address means the same, with the numbers under which they are
    /// watched there: those above the numbers in `known`, by network.
    func siblingKeys(after known: [String: Int64]) async throws(StoreError) -> [SiblingKey]

    /// The stored headers of our chain that end with the tip and have no gap, oldest first, at most `maximum`.
    func window(_ maximum: Int) async throws(StoreError) -> [Header]
    /// Every stored header of our chain, highest first: the window and what is kept below it for ever.
    func storedHeaders() async throws(StoreError) -> [Header]
    /// The height of the lowest block that a deposit is in; nil where none is in any.
    func lowestDeposit() async throws(StoreError) -> Int64?
    /// The blocks of our chain that are not followed by one older than `time` (seconds since 1970), up to the tip,
    /// oldest first, as far down as headers are stored without a gap. `isComplete` is false when it may go on below.
    func headers(since time: Int64) async throws(StoreError) -> (blocks: [BlockReference], isComplete: Bool)

    /// The dossiers of every owner that a step touches, all from one moment.
    func dossiers(_ query: DossierQuery) async throws(StoreError) -> [Dossier]
    /// Whose recorded deposits these outputs of the network's transactions are; those that are nobody's are left out.
    func owners(ofOutputs outputs: [Outpoint]) async throws(StoreError) -> [Outpoint: Set<UUID>]
    /// The transactions with deposits of this network that are in no block of our chain and may come into one.
    func unmined() async throws(StoreError) -> [UnminedTransaction]

    /// Whether any option of this network waits to be registered.
    func hasUnregisteredOptions() async throws(StoreError) -> Bool
    /// Options of this network that wait to be registered, in turns by project: those whose address nobody looked at yet, or
    /// those that are watched and wait for the scan back.
    func unregisteredOptions(watched: Bool, limit: Int) async throws(StoreError) -> [UnregisteredOption]
    /// Who owns each of these keys on this network already.
    func holders(of keys: [WatchKey]) async throws(StoreError) -> [WatchKey: [Owner]]
    /// Deposits rejected for their asset at the addresses of these owners' options, under another owner, which the
    /// options ask for.
    func unexpectedDeposits(of owners: [UUID]) async throws(StoreError) -> [UnexpectedDeposit]

    /// How far each network has come, by name, and the database's time, both from one moment.
    func watermarks() async throws(StoreError) -> (now: Int64, watermarks: [String: Watermark])
    /// The invoices that are to be looked at again by now, as their outlooks say, those due for longest first.
    func dueInvoices(limit: Int32) async throws(StoreError) -> [UUID]
    /// The commands that wait for this lane: in turns by project, of each in the order of their numbers.
    func waitingCommands(limit: Int64) async throws(StoreError) -> [WaitingCommand]
    /// Makes room in the outbox ahead of its end, and drops what lies behind every consumer and is older than this.
    func maintainOutbox(keeping age: Duration) async throws(StoreError)

}
