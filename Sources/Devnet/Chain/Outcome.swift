/// What became of a transaction in a block: what moved, and what `TransactionInfo` tells of it.
struct Outcome: Sendable {
    /// A log of a contract. The first topic is the event.
    struct Log: Sendable {
        let contract: Address
        let topics: [[UInt8]]
        let data: [UInt8]
    }

    /// TRX that a contract sent on.
    struct InternalTransfer: Sendable {
        let from: Address
        let to: Address
        let amount: Int64
        let isRejected: Bool
    }

    /// In sun: what burnt energy and bandwidth cost, and the activation of an account.
    private(set) var fee: Int64 = 0
    private(set) var energy: Int64 = 0
    private(set) var energyFee: Int64 = 0
    private(set) var bandwidth: Int64 = 0
    private(set) var bandwidthFee: Int64 = 0
    private(set) var movements: [Movement] = []
    private(set) var logs: [Log] = []
    private(set) var internalTransfers: [InternalTransfer] = []
    private(set) var output: [UInt8] = []

    /// - Parameter ledger: the accounts as the transaction finds them.
    init(of transaction: Transaction, in ledger: Ledger) {
        let (owner, isSuccess) = (transaction.owner, transaction.result == .success)
        switch transaction.contract {
        case .transfer(let to, let amount):
            pay(.trx, to, UInt128(amount), by: transaction, in: ledger)
        case .transferAsset(let id, let to, let amount):
            pay(.trc10(id), to, UInt128(amount), by: transaction, in: ledger)
        case .freeze, .vote:
            bandwidth = 260
        case .transferToken(let token, let to, let amount):
            let asset = Asset.trc20(token.address)
            // The first units of a token take a new slot of its storage.
            burn(energy: ledger.balance(of: to, in: asset) == 0 ? 64_285 : 29_650, transaction)
            guard isSuccess else { break }
            movements.append(Movement(asset, from: owner, to: to, amount: amount))
            logs.append(
                Log(
                    contract: token.address,
                    topics: [
                        ABI.topic("Transfer(address,address,uint256)"), ABI.Word(owner).bytes, ABI.Word(to).bytes,
                    ], data: ABI.Word(amount).bytes))
            output = ABI.Word(token.returned ? 1 : 0).bytes
        case .forward(let contract, let to, let amount, let isRejected):
            burn(energy: 30_000, transaction)
            internalTransfers.append(
                InternalTransfer(from: contract, to: to, amount: amount, isRejected: isRejected || !isSuccess))
            guard isSuccess else { break }
            movements.append(Movement(.trx, from: owner, to: contract, amount: UInt128(amount)))
            guard !isRejected else { break }
            movements.append(Movement(.trx, from: contract, to: to, amount: UInt128(amount)))
        case .call(let contract, let value):
            burn(energy: 20_000, transaction)
            guard isSuccess else { break }
            movements.append(Movement(.trx, from: owner, to: contract, amount: UInt128(value)))
        }
        movements.append(Movement(.trx, from: owner, to: nil, amount: UInt128(fee)))
    }

    /// Moves an amount; an account that is new is activated at the payer's expense.
    private mutating func pay(
        _ asset: Asset, _ to: Address, _ amount: UInt128, by transaction: Transaction, in ledger: Ledger
    ) {
        guard transaction.result == .success else {
            bandwidth = 268
            return
        }
        if ledger.activations[to] == nil {
            bandwidthFee = 100_000
            fee = 1_000_000 + bandwidthFee
        } else {
            bandwidth = 268
        }
        movements.append(Movement(asset, from: transaction.owner, to: to, amount: amount))
    }

    private mutating func burn(energy needed: Int64, _ transaction: Transaction) {
        let price: Int64 = 100
        energy = transaction.result == .outOfEnergy ? transaction.contract.feeLimit / price : needed
        energyFee = energy * price
        bandwidthFee = 345_000
        fee = energyFee + bandwidthFee
    }
}
