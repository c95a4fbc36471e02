/// What a transaction does.
enum Contract: Sendable {
    /// Amounts of TRX are in sun.
    case transfer(to: Address, amount: Int64)
    /// Of a TRC-10 token.
    case transferAsset(String, to: Address, amount: Int64)
    case transferToken(Token, to: Address, amount: UInt128)
    /// Calls a contract with TRX that it is to send on in an internal transaction, which is rejected or not.
    case forward(by: Address, to: Address, amount: Int64, isRejected: Bool)
    /// Calls a contract with TRX, which it keeps.
    case call(Address, value: Int64)
    case freeze(amount: Int64)
    case vote(for: Address, count: Int64)
}

extension Contract {
    /// Calls of contracts say what they may cost at most.
    var feeLimit: Int64 { called == nil ? 0 : 100_000_000 }

    /// The contract that is called.
    var called: Address? {
        switch self {
        case .transferToken(let token, _, _): token.address
        case .forward(let contract, _, _, _), .call(let contract, _): contract
        case .transfer, .transferAsset, .freeze, .vote: nil
        }
    }

    /// What it takes of its owner at most, fees included.
    var costs: [Asset: UInt128] {
        let fees = UInt128(feeLimit) + 2_000_000
        return switch self {
        case .transfer(_, let amount), .forward(_, _, let amount, _), .call(_, let amount), .freeze(let amount):
            [.trx: UInt128(amount) + fees]
        case .transferAsset(let id, _, let amount): [.trc10(id): UInt128(amount), .trx: fees]
        case .transferToken(let token, _, let amount): [.trc20(token.address): amount, .trx: fees]
        case .vote: [.trx: fees]
        }
    }

    /// `Transaction.Contract` for an owner.
    func message(owner: Address) -> Message {
        Message(
            .init(1, "type", .choice(type.number, type.name)),
            .init(
                2, "parameter",
                .message(
                    Message(
                        .init(1, "type_url", .text("type.googleapis.com/protocol." + type.name)),
                        .init(2, "value", .packed(parameter(owner: .address(owner))))))))
    }

    private var type: (number: Int, name: String) {
        switch self {
        case .transfer: (1, "TransferContract")
        case .transferAsset: (2, "TransferAssetContract")
        case .vote: (4, "VoteWitnessContract")
        case .transferToken, .forward, .call: (31, "TriggerSmartContract")
        case .freeze: (54, "FreezeBalanceV2Contract")
        }
    }

    private func parameter(owner: Message.Value) -> Message {
        switch self {
        case .transfer(let to, let amount):
            Message(
                .init(1, "owner_address", owner), .init(2, "to_address", .address(to)),
                .init(3, "amount", .integer(amount)))
        case .transferAsset(let id, let to, let amount):
            Message(
                .init(1, "asset_name", .name(id)), .init(2, "owner_address", owner),
                .init(3, "to_address", .address(to)), .init(4, "amount", .integer(amount)))
        case .vote(let witness, let count):
            Message(
                .init(1, "owner_address", owner),
                .init(
                    2, "votes",
                    .list([
                        .message(
                            Message(
                                .init(1, "vote_address", .address(witness)), .init(2, "vote_count", .integer(count))))
                    ])))
        case .freeze(let amount):
            Message(
                .init(1, "owner_address", owner), .init(2, "frozen_balance", .integer(amount)),
                .init(3, "resource", .choice(1, "ENERGY")))
        case .transferToken(let token, let to, let amount):
            Self.trigger(owner, token.address, data: ABI.call("transfer(address,uint256)", [.init(to), .init(amount)]))
        case .forward(let contract, let to, let amount, _):
            Self.trigger(owner, contract, value: amount, data: ABI.call("forward(address)", [.init(to)]))
        case .call(let contract, let value):
            Self.trigger(owner, contract, value: value, data: ABI.call("deposit()", []))
        }
    }

    private static func trigger(
        _ owner: Message.Value, _ contract: Address, value: Int64 = 0, data: [UInt8]
    ) -> Message {
        Message(
            .init(1, "owner_address", owner), .init(2, "contract_address", .address(contract)),
            .init(3, "call_value", .integer(value)), .init(4, "data", .bytes(data)))
    }
}
