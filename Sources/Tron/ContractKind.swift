/// What java-tron knows a transaction to do (`Transaction.Contract.ContractType`), and how that pays anybody.
///
/// A type that is not here stops the network, for nobody can say whom it pays.
struct ContractKind: Sendable {
    enum Payment {
        /// The coin, by the contract itself.
        case coin
        /// A TRC-10 token, by the contract itself.
        case token
        /// By what the virtual machine does: logs of tokens, and internal transactions. The value of the call itself goes
        /// to the contract that is called.
        case calls
        /// Nobody, or not somebody who asked for it: what it moves was the sender's before, or is paid for at once (the
        /// sale of a TRC-10 token, orders on the chain's own exchanges), or goes where nobody can watch it.
        case none
    }

    let name: StaticString
    let payment: Payment

    /// By number.
    static func known(_ number: Int) -> ContractKind? { number < table.count && number >= 0 ? table[number] : nil }

    private static let table: [ContractKind?] = {
        var table = [ContractKind?](repeating: nil, count: 60)
        for (number, name, payment) in all { table[number] = ContractKind(name: name, payment: payment) }
        return table
    }()

    private static let all: [(Int, StaticString, Payment)] = [
        (0, "AccountCreateContract", .none),
        (1, "TransferContract", .coin),
        (2, "TransferAssetContract", .token),
        (3, "VoteAssetContract", .none),
        (4, "VoteWitnessContract", .none),
        (5, "WitnessCreateContract", .none),
        (6, "AssetIssueContract", .none),
        (8, "WitnessUpdateContract", .none),
        (9, "ParticipateAssetIssueContract", .none),
        (10, "AccountUpdateContract", .none),
        (11, "FreezeBalanceContract", .none),
        (12, "UnfreezeBalanceContract", .none),
        (13, "WithdrawBalanceContract", .none),
        (14, "UnfreezeAssetContract", .none),
        (15, "UpdateAssetContract", .none),
        (16, "ProposalCreateContract", .none),
        (17, "ProposalApproveContract", .none),
        (18, "ProposalDeleteContract", .none),
        (19, "SetAccountIdContract", .none),
        (20, "CustomContract", .none),
        (30, "CreateSmartContract", .calls),
        (31, "TriggerSmartContract", .calls),
        (32, "GetContract", .none),
        (33, "UpdateSettingContract", .none),
        (41, "ExchangeCreateContract", .none),
        (42, "ExchangeInjectContract", .none),
        (43, "ExchangeWithdrawContract", .none),
        (44, "ExchangeTransactionContract", .none),
        (45, "UpdateEnergyLimitContract", .none),
        (46, "AccountPermissionUpdateContract", .none),
        (48, "ClearABIContract", .none),
        (49, "UpdateBrokerageContract", .none),
        (51, "ShieldedTransferContract", .none),
        (52, "MarketSellAssetContract", .none),
        (53, "MarketCancelOrderContract", .none),
        (54, "FreezeBalanceV2Contract", .none),
        (55, "UnfreezeBalanceV2Contract", .none),
        (56, "WithdrawExpireUnfreezeContract", .none),
        (57, "DelegateResourceContract", .none),
        (58, "UnDelegateResourceContract", .none),
        (59, "CancelAllUnfreezeV2Contract", .none),
    ]
}
