import Foundation
import Store

/// What `status` tells, at one moment: as text for a screen, and as JSON.
struct StatusReport {
    let networks: [ViewRow<NetworkColumns>]
    /// What the daemon on this host says of each network; nil where none answers.
    let local: [String: LocalDaemon.Network]?
    /// The host that settles payments.
    let settlementHolder: String?
    let consumers: [ViewRow<ConsumerColumns>]
    var slots: [ViewRow<ReplicationSlotColumns>] = []
    /// Who keeps a daemon waiting.
    var lockHolders: [LockHolder] = []
    /// Invoices and wallets about which nothing can be decided, some of them.
    let setAside: [ViewRow<SetAsideColumns>]
    /// How many invoices are undecided past their deadline, by what they wait for.
    var undecided: [ViewRow<UndecidedColumns>] = []
    /// Where this host's daemon would answer.
    let endpoint: String

    /// Every network is followed or retired, and payments are being settled.
    var isReady: Bool { !networks.isEmpty && settlementHolder != nil && networks.allSatisfy(\.columns.isReady) }

    /// What is wrong beyond what the networks say of themselves.
    var failure: CommandFailure? {
        if networks.isEmpty {
            return CommandFailure(
                message: "the database knows no network yet",
                advice: "Describe one in networks.d, then run: confirmd migrate")
        }
        if settlementHolder == nil {
            return CommandFailure(message: "no daemon is settling payments", advice: "Start one: confirmd run")
        }
        return nil
    }

    // MARK: As text

    /// The table, then what there is to say: of what is not as it should be first.
    func lines(on screen: Screen) -> [String] {
        let table = Table(networks.map(\.columns), Self.columns).text(within: screen.columns)
        let details = networks.map(\.columns).enumerated().sorted {
            ($0.element.isReady ? 1 : 0, $0.offset) < ($1.element.isReady ? 1 : 0, $1.offset)
        }.flatMap { NetworkDetails($0.element, local?[$0.element.network]).lines }
        let said = details.isEmpty && notes.isEmpty ? [] : [""] + details + notes
        return table.split(separator: "\n").map(String.init) + said.flatMap(screen.wrap)
    }

    private var notes: [String] {
        var notes = setAside.map(\.columns).map { "\($0.kind) \($0.id) is set aside: \($0.haltedReason)" }
        notes += undecided.map(\.columns).map {
            "\(counted($0.invoices, "invoice")) past the deadline \($0.invoices == 1 ? "is" : "are") \($0.words)"
        }
        notes += lockHolders.map { "a daemon waits for a lock: \($0.words)" }
        if local == nil { notes.append("no daemon answers at \(endpoint): how the nodes fare is not known") }
        if consumers.isEmpty { notes.append("no consumer acknowledges events: nothing of the outbox is ever dropped") }
        for slot in slots.map(\.columns) {
            let reading = slot.isActive ? "is being read" : "is read by nobody"
            notes.append(
                "replication slot \(slot.slot): \(reading), \(slot.lagBytes / 1_000_000) MB of WAL are kept for it")
        }
        for row in consumers.map(\.columns) {
            let waiting = row.waitingSince.map { ", since \($0.moment)" } ?? ""
            notes.append("consumer \(row.consumer): \(row.lag) events behind\(waiting)")
        }
        if let settlementHolder { notes.append("payments are settled by \(settlementHolder)") }
        return notes.map { printable($0) }
    }

    private static var columns: [Column<NetworkColumns>] {
        [
            Column("NETWORK") { $0.network },
            Column("STATE") { $0.state },
            Column("TIP", .right) { $0.tipHeight.map(String.init) },
            Column("HEAD", .right, isSpare: true) { $0.headHeight.map(String.init) },
            Column("LAG", .right) { $0.lag.map(String.init) },
            Column("AGE", .right) { $0.lagSeconds.map { "\($0) s" } },
            Column("OBSERVED THROUGH", isSpare: true) { $0.observedThrough?.moment },
            Column("HELD BY") { $0.heldBy ?? "nobody" },
            Column("EPOCH", .right, isSpare: true) { $0.epoch.map(String.init) },
        ]
    }

    // MARK: As JSON

    /// An object; the rows have the names of the database's views.
    var json: String {
        let rows = networks.map { row in
            OutputOption.object(row.json, adding: local?[row.columns.network])
        }
        return """
            {"ready":\(isReady),
            "networks":\(OutputOption.array(rows)),
            "settlement":\(OutputOption.line(["held_by": settlementHolder])),
            "consumers":\(OutputOption.array(consumers.map(\.json))),
            "replication_slots":\(OutputOption.array(slots.map(\.json))),
            "waits_for_locks":\(OutputOption.line(lockHolders.map(\.words))),
            "undecided":\(OutputOption.array(undecided.map(\.json))),
            "set_aside":\(OutputOption.array(setAside.map(\.json)))}

            """
    }
}
