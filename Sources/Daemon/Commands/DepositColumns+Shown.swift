import Chain
import Payments
import Store

extension DepositColumns {
    /// What it takes to be credited, and to be final.
    var creditThreshold: Threshold { Self.threshold(required, requiredTag) }
    var finalThreshold: Threshold { Self.threshold(finalRequired, finalRequiredTag) }

    private static func threshold(_ confirmations: Int64, _ tag: String?) -> Threshold {
        Threshold(max(1, Int32(clamping: confirmations)), under: tag.flatMap(FinalityTag.init(rawValue:)))
    }

    /// How invoices and wallets show their deposits.
    static var shown: [Column<DepositColumns>] {
        [
            Column("DEPOSIT") { $0.asset },
            Column("STATUS") { $0.status + ($0.reason.map { " (\($0))" } ?? "") + ($0.late ? ", late" : "") },
            Column("CONFIRMATIONS", .right) { deposit in
                switch deposit.standing {
                case .detected: "\(deposit.confirmations) of \(deposit.creditThreshold)"
                case .credited: "\(deposit.confirmations) of \(deposit.finalThreshold)"
                case .final, .orphaned, .reversed, .dropped, .rejected, nil: "\(deposit.confirmations)"
                }
            },
            Column("GROSS", .right) { $0.gross },
            Column("FEE", .right) { $0.fee },
            Column("NET", .right) { $0.net },
            Column("SEEN") { $0.seenAt.moment },
            Column("TRANSACTION") { "\($0.transaction) \($0.locator)" },
        ]
    }
}
