import Chain
import Payments
import Postgres

/// The parameters of `confirmd.commit_step`. Each has its name beside its value, and the call goes by names: two of one type
/// can't change places unseen.
struct StepParameters {
    private(set) var named: [(name: String, value: PostgresValue)] = []

    /// What the lane of a network writes.
    init(_ step: Step, lane: String, seen: String?) {
        add("p_lane", .text(lane))
        add("p_base", .jsonb(JSONObject.text(StepBase(step, network: lane))))
        add("p_cursor", .jsonb(JSONObject.text(StepCursor(step))))
        let options = StepOptions(watches: step.watches, changes: step.changes)
        add("p_options", .jsonb(options.map(JSONObject.text)))
        add(step.changes, events: step.changes.flatMap(\.events) + step.networkEvents, spends: step.transactions)
        add("p_command", .jsonb(StepCommand(step.command, step.refusal).map(JSONObject.text)))
        add("p_seen", .jsonb(seen))
    }

    /// What the settlement lane writes.
    init(_ step: SettlementStep, lane: String, seen: String?) {
        add("p_lane", .text(lane))
        add("p_base", .jsonb(JSONObject.text(StepBase(step))))
        add("p_cursor", .jsonb(nil))
        add("p_options", .jsonb(StepOptions(watches: [], changes: step.changes).map(JSONObject.text)))
        add(step.changes, events: step.changes.flatMap(\.events), spends: [:])
        add("p_command", .jsonb(StepCommand(step.command, step.refusal?.rawValue).map(JSONObject.text)))
        add("p_seen", .jsonb(seen))
    }

    var values: [PostgresValue] { named.map(\.value) }

    /// The statement is the same for every step, so that it is prepared once.
    var statement: String {
        let arguments = named.enumerated().map { "\($1.name) => $\($0 + 1)" }
        return "SELECT * FROM confirmd.commit_step(\(arguments.joined(separator: ", ")))"
    }

    mutating func add(_ name: String, _ value: PostgresValue) {
        named.append((name, value))
    }

    private mutating func add(_ changes: [Changes], events: [Event], spends: [Hash256: [Outpoint]]) {
        add(owners: changes)
        add(deposits: changes)
        add(changes.flatMap(\.entries))
        let balances = StepBalance.all(changes)
        add("p_balances", .jsonb(balances.isEmpty ? nil : JSONObject.text(balances)))
        add(events)
        let spending = spends.filter { !$0.value.isEmpty }
        add("p_transaction", .byteaArray(spending.keys.map(\.bytes)))
        add("p_transaction_spends", .byteaArray(spending.values.map { StoredSpends.bytes($0) }))
    }
}
