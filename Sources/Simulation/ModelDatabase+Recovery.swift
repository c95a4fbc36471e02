import Foundation
import Payments

/// Databases go back in time: what they acknowledged since is gone.
extension ModelDatabase {
    /// Everything that is stored, at one moment.
    struct Backup {
        fileprivate let lanes: [String: Lane]
        fileprivate let networks: [String: Network]
        fileprivate let owners: [UUID: OwnerRow]
        fileprivate let ownerOrder: [UUID]
        fileprivate let deposits: [UUID: DepositRow]
        fileprivate let entries: [LedgerEntry]
        fileprivate let entryKeys: Set<EntryKey>
        fileprivate let balances: [BalanceKey: Balance]
        fileprivate let commands: [Command]
        fileprivate let outbox: [OutboxRow]
        fileprivate let counter: Counter
        fileprivate let incarnations: [Incarnation]
        fileprivate let journal: [JournalRow]
        fileprivate let timeline: Int32
    }

    var backup: Backup {
        Backup(
            lanes: lanes, networks: networks, owners: owners, ownerOrder: ownerOrder, deposits: deposits,
            entries: entries, entryKeys: entryKeys, balances: balances, commands: commands, outbox: outbox,
            counter: counter, incarnations: incarnations, journal: journal, timeline: timeline)
    }

    /// Becomes what it was; every connection is lost.
    func restore(_ backup: Backup) {
        lanes = backup.lanes
        networks = backup.networks
        owners = backup.owners
        ownerOrder = backup.ownerOrder
        deposits = backup.deposits
        entries = backup.entries
        entryKeys = backup.entryKeys
        balances = backup.balances
        commands = backup.commands
        outbox = backup.outbox
        counter = backup.counter
        incarnations = backup.incarnations
        journal = backup.journal
        timeline = backup.timeline
        breakConnections()
    }

    /// A standby takes over where it stands; every connection is lost.
    func failOver(to standby: Backup) {
        let highest = max(timeline, standby.timeline)
        restore(standby)
        timeline = highest + 1
    }

    /// Nobody connects while it is down.
    func breakConnections() { generation += 1 }
}
