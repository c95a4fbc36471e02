import Payments
import Store

/// What `status` says of a network below its table: one line for each thing that there is to say.
struct NetworkDetails {
    private let network: NetworkColumns
    private let local: LocalDaemon.Network?

    init(_ network: NetworkColumns, _ local: LocalDaemon.Network?) {
        self.network = network
        self.local = local
    }

    /// Its name and, indented, what there is to say; nothing where there is not.
    var lines: [String] {
        let lines =
            [reason, obstacle, next, thresholds, finality, pending, reorganization, lookBack].compactMap(\.self)
            + (local?.nodes ?? []).map(line)
        return lines.isEmpty ? [] : [network.network] + lines.map { "  \(printable($0))" }
    }

    private var reason: String? { network.stateReason.map { "\(network.state): \($0)" } }

    /// What keeps this daemon from writing anything down.
    private var obstacle: String? {
        guard let here = local?.here else { return nil }
        let isStuck =
            here.hasPrefix("waiting for the database") || here.hasPrefix("halted") && network.state != "halted"
        return isStuck ? "here \(here)" : nil
    }

    private var next: String? {
        switch network.state {
        case "halted": "next: deal with the reason, then run: confirmd network resume \(network.network)"
        case "following" where network.heldBy == nil, "syncing" where network.heldBy == nil,
            "starting" where network.heldBy == nil:
            "next: no daemon is at work on it; run: confirmd run"
        default: nil
        }
    }

    /// What deposits wait for, and instead of what where that is raised.
    private var thresholds: String? {
        network.thresholds.map { thresholds in
            let configured = thresholds.caution?.configured
            func words(_ now: Threshold, _ usual: Threshold?) -> String {
                usual.flatMap { $0 == now ? nil : "\(now) instead of \($0)" } ?? "\(now)"
            }
            let tiers = thresholds.tiers.enumerated().map { place, tier in
                let usual = configured.flatMap { place < $0.tiers.count ? $0.tiers[place].thresholds : nil }
                return "; \(tier.asset) from \(tier.from): \(words(tier.credit, usual?.credit)) and "
                    + words(tier.final, usual?.final)
            }
            let raised = thresholds.caution.map { "; raised until \($0.caution.until.moment)" } ?? ""
            return "confirmations: \(words(thresholds.credit, configured?.thresholds.credit)) to credit, "
                + "\(words(thresholds.final, configured?.thresholds.final)) to be final"
                + tiers.joined() + raised + " (policy \(network.policyNumber))"
        }
    }

    private var finality: String? {
        let words = network.finality.sorted { $0.key < $1.key }.map { "\($0.key) at block \($0.value)" }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    private var pending: String? {
        network.pending.isEmpty
            ? nil
            : "pending: "
                + network.pending.map {
                    "\($0.count) \($0.count == 1 ? "deposit" : "deposits") of \($0.gross) \($0.asset)"
                }
                .joined(separator: ", ")
    }

    private var reorganization: String? {
        guard let moment = network.reorganizedAt?.moment, let depth = network.reorganizedDepth else { return nil }
        return "last reorganization: \(depth) \(depth == 1 ? "block" : "blocks"), \(moment)"
    }

    /// Where the nodes' budgets make it shorter than it should be.
    private var lookBack: String? {
        guard let lookBack = local?.lookBack, lookBack.seconds < lookBack.wantedSeconds else { return nil }
        return """
            for a new address blocks of the last \(lookBack.seconds / 60) minutes are looked at, and not of \
            \(lookBack.wantedSeconds / 60): the nodes' requests allow no more
            """
    }

    private func words(_ budget: LocalDaemon.Node.Budget) -> String {
        let day = budget.perDay.map { perDay in
            "\((budget.left ?? 0).grouped) requests in hand of \(perDay.grouped) a day"
        }
        return [day, budget.perSecond.map { "\($0.grouped) a second" }].compactMap(\.self)
            .joined(separator: ", ")
    }

    /// With the last one, where its health does not say it already.
    private func errors(_ node: LocalDaemon.Node) -> String? {
        guard let errors = node.errors, errors >= 0.5 else { return nil }
        let last = node.lastError.flatMap { node.reason == nil ? ", the last: \($0)" : nil }
        return "\(Int(errors.rounded())) \(errors < 1.5 ? "error" : "errors") of late\(last ?? "")"
    }

    private func line(_ node: LocalDaemon.Node) -> String {
        let demerits = (node.demerits ?? []).filter { $0 != node.health }
        let figures = [
            node.lag.flatMap { $0 > 0 ? "\($0) \($0 == 1 ? "block" : "blocks") behind" : nil },
            errors(node),
            node.answerSeconds.map { "answers in \(Int(($0 * 1000).rounded())) ms" },
            demerits.isEmpty ? nil : demerits.joined(separator: " and "),
            node.keptFrom.map { "pruned, keeps blocks from \($0) on" },
            node.budget.map(words),
        ].compactMap(\.self)
        return "node \(node.node): \(node.health)" + (node.reason.map { ": \($0)" } ?? "")
            + (figures.isEmpty ? "" : " (\(figures.joined(separator: ", ")))")
    }
}

extension Int {
    /// With commas between the thousands.
    fileprivate var grouped: String {
        let digits = Array(String(self))
        return digits.indices.map { ($0 > 0 && (digits.count - $0) % 3 == 0 ? "," : "") + String(digits[$0]) }.joined()
    }
}
