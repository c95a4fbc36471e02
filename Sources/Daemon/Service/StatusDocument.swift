import Chain
import Foundation
import NodeHTTP
import Store
import Sync
import Watcher

/// How everything is, as one JSON object: what this daemon knows beside what the database says.
struct StatusDocument: Sendable {
    let json: String

    init(
        _ workers: [LaneWorker], settlement: LaneWorker, _ readiness: Readiness, _ overview: DatabaseObserver.Overview?,
        _ budgets: NodeBudgets, lookBacks: [String: NetworkConfiguration.LookBackInForce] = [:]
    ) {
        let networks = workers.map { worker -> String in
            let row = overview?.networks.first { $0.network == worker.lane }?.json
            let nodes = Self.nodes(worker, budgets).joined(separator: ",")
            return Self.object([
                ("network", Self.string(worker.lane)), ("here", Self.string(worker.status.detail)),
                ("database", row ?? "null"),
                ("look_back", lookBacks[worker.lane].map(Self.lookBack) ?? "null"),
                ("nodes", "[\(nodes)]"),
            ])
        }
        json = Self.object([
            ("ready", String(readiness.ready)), ("database", Self.string(readiness.database)),
            ("networks", "[" + networks.joined(separator: ",") + "]"),
            (
                "settlement",
                Self.object([
                    ("here", Self.string(settlement.status.detail)),
                    ("held_by", overview?.settlementHolder.map(Self.string) ?? "null"),
                ])
            ),
            (
                "waits_for_locks",
                "[" + (overview?.lockHolders.map { Self.string($0.words) } ?? []).joined(separator: ",") + "]"
            ),
            ("consumers", "[" + (overview?.consumers.map(\.json) ?? []).joined(separator: ",") + "]"),
        ])
    }

    private static func nodes(_ worker: LaneWorker, _ budgets: NodeBudgets) -> [String] {
        let budgets = budgets[worker.lane]
        return worker.nodes.enumerated().map { place, status in
            node(status, budgets.indices.contains(place) ? budgets[place] : nil)
        }
    }

    private static func node(_ node: NodeStatus, _ budget: RequestBudget?) -> String {
        object([
            ("node", string(node.name)), ("health", string(node.health.word)),
            ("reason", (node.health.reason ?? node.figures?.lack).map(string) ?? "null"),
            ("kept_from", node.figures?.keptFrom.map { String($0) } ?? "null"),
            ("last_error", node.figures?.lastError.map { string($0.description) } ?? "null"),
            ("lag", node.figures?.lag.map { String($0) } ?? "null"),
            ("errors", node.figures.map { String(format: "%.2f", $0.errors) } ?? "null"),
            ("answer_seconds", node.figures?.answerTime.map { String(format: "%.3f", $0 / .seconds(1)) } ?? "null"),
            ("demerits", "[" + (node.figures?.demerits.words.map(string).joined(separator: ",") ?? "") + "]"),
            ("budget", budget.map(Self.budget) ?? "null"),
        ])
    }

    private static func lookBack(_ lookBack: NetworkConfiguration.LookBackInForce) -> String {
        object([
            ("seconds", String(lookBack.seconds)), ("wanted_seconds", String(lookBack.wanted)),
        ])
    }

    private static func budget(_ budget: RequestBudget) -> String {
        object([
            ("per_second", budget.limits.perSecond.map(String.init) ?? "null"),
            ("per_day", budget.limits.perDay.map(String.init) ?? "null"),
            ("left", budget.inHand.map(String.init) ?? "null"),
        ])
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    private static func string(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}

extension Demerits {
    /// As `status` and the endpoints call them, the weightiest first.
    var words: [String] {
        [(Demerits.failing, "failing"), (.erring, "erring"), (.late, "late"), (.slow, "slow")].filter { contains($0.0) }
            .map(\.1)
    }
}
