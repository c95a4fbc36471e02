import ArgumentParser
import Payments
import Store

struct PolicyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the policies that networks have had, the current one last.",
        discussion: """
            A policy is published by the daemon that follows the network, at its start and at a reload. Ledger entries \
            have the number of the one that they were booked under.

              confirmd policy show litecoin
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "Show only this network.")
    var network: String?

    func run() async throws {
        let reader = try config.reader()
        if let network, try await !reader.networks().contains(where: { $0.network == network }) {
            throw CommandFailure(
                message: "the database knows no network \"\(network)\"", advice: "See: confirmd status")
        }
        let decimals = Dictionary(
            try await reader.assets().map { ($0.asset, $0.decimals) }, uniquingKeysWith: { first, _ in first })
        output.show(try await reader.policies(network: network), as: Self.columns(decimals))
    }

    private static func columns(_ decimals: [String: Int]) -> [Column<PolicyColumns>] {
        [
            Column("NETWORK") { $0.network },
            Column("POLICY", .right) { "\($0.number)" },
            Column("IN FORCE") { $0.isInForce ? "yes" : "no" },
            Column("CREDIT", .right) { "\($0.thresholds.credit)" },
            Column("FINAL", .right) { "\($0.thresholds.final)" },
            Column("TIERS") { $0.thresholds.tiers.isEmpty ? nil : words($0.thresholds.tiers, decimals) },
            Column("PUBLISHED") { $0.publishedAt.moment },
            Column("BY") { $0.publishedBy },
            Column("CHANGED") { words($0.difference, decimals) },
        ]
    }

    /// `LTC from 100: 12, 24`.
    private static func words(_ tiers: [NetworkColumns.Tier], _ decimals: [String: Int]) -> String {
        let words = tiers.map { tier in
            let amount = Amount(base: tier.from).map { $0.text(decimals: decimals[tier.asset] ?? 0) } ?? tier.from
            return "\(tier.asset) from \(amount): \(tier.credit), \(tier.final)"
        }
        return words.isEmpty ? "none" : words.joined(separator: "; ")
    }

    /// `credit 6 → 3`; the first policy changed nothing.
    private static func words(_ difference: PolicyColumns.Difference, _ decimals: [String: Int]) -> String? {
        func change<Value>(
            _ name: String, _ change: PolicyColumns.Change<Value>?, absent: String? = nil,
            words: (Value) -> String = { "\($0)" }
        ) -> String? {
            guard let change, let from = change.from.map(words) ?? absent, let to = change.to.map(words) ?? absent
            else {
                return nil
            }
            return "\(name) \(from) → \(to)"
        }
        let changes = [
            change("credit", difference.credit), change("final", difference.final),
            change("tiers", difference.tiers) { words($0, decimals) },
            change("quorum", difference.quorum, absent: "none"),
            change("caution", difference.caution, absent: "none") {
                $0.caution.causes.map(\.rawValue).sorted().joined(separator: " and ")
            },
        ].compactMap(\.self)
        return changes.isEmpty ? nil : changes.joined(separator: ", ")
    }
}
