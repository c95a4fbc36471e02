import Store

extension DepositColumns {
    /// How invoices and wallets show their deposits.
    static var shown: [Column<DepositColumns>] {
        [
            Column("DEPOSIT") { $0.asset },
            Column("STATUS") { $0.status + ($0.reason.map { " (\($0))" } ?? "") + ($0.late ? ", late" : "") },
            Column("CONFIRMATIONS", .right) { deposit in
                switch deposit.status {
                case "detected": "\(deposit.confirmations) of \(deposit.required)"
                case "credited": "\(deposit.confirmations) of \(deposit.finalRequired)"
                default: "\(deposit.confirmations)"
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
