import Payments

/// What `confirmd policy try` shows.
struct PolicyTrialReport: Encodable {
    let network: String
    let tipHeight: Int64
    /// The policy in force.
    let policyNumber: Int64
    /// Which nodes do not agree to what would be credited; nil where enough do, or none has to.
    let dissent: String?
    let deposits: [PolicyEffect]
    let totals: [PolicyTotal]

    private enum CodingKeys: String, CodingKey {
        case network, dissent, deposits, totals
        case tipHeight = "tip_height"
        case policyNumber = "policy_number"
    }

    var text: String {
        let head =
            "\(network) at block \(tipHeight), instead of policy \(policyNumber)\n"
            + (dissent.map { $0 + "\n" } ?? "") + "\n"
        guard !deposits.isEmpty else { return head + "no deposit is affected\n" }
        return head + Table(deposits, Self.columns).text + "\n" + Table(totals, Self.totalColumns).text
    }

    private static var columns: [Column<PolicyEffect>] {
        [
            Column("DEPOSIT OF") { "\($0.owner) \($0.reference) of \($0.project)" },
            Column("ASSET") { $0.asset },
            Column("AMOUNT", .right) { $0.amount },
            Column("CONFIRMATIONS", .right) { "\($0.confirmations)" },
            Column("CREDIT", .right) { "\($0.now.credit) → \($0.then.credit)" },
            Column("FINAL", .right) { "\($0.now.final) → \($0.then.final)" },
            Column("WHAT HAPPENS") { $0.words },
        ]
    }

    private static var totalColumns: [Column<PolicyTotal>] {
        [
            Column("ASSET") { $0.asset },
            Column("WHAT HAPPENS") { $0.effect.words },
            Column("DEPOSITS", .right) { "\($0.deposits)" },
            Column("AMOUNT", .right) { $0.amount },
        ]
    }
}

extension PolicyEffect.Kind {
    fileprivate var words: String {
        switch self {
        case .credited, .rejected: "\(rawValue) at once"
        case .final: "final at once"
        case .held: "held for want of agreement"
        case .earlier, .later: rawValue
        case .mixed: "one threshold earlier, one later"
        case .other: "another finality"
        }
    }
}
