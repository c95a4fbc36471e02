/// An amount that changes hands. From nobody it is made, to nobody it is burnt.
struct Movement: Sendable {
    let asset: Asset
    let from: Address?
    let to: Address?
    let amount: UInt128

    init(_ asset: Asset, from: Address?, to: Address?, amount: UInt128) {
        self.asset = asset
        self.from = from
        self.to = to
        self.amount = amount
    }
}

/// Who has what after a block.
struct Ledger: Sendable {
    private var balances: [Address: [Asset: UInt128]] = [:]
    /// When an account was activated, in milliseconds. An address that only ever got TRC-20 tokens has no account.
    private(set) var activations: [Address: Int64] = [:]

    func balance(of owner: Address, in asset: Asset) -> UInt128 { balances[owner]?[asset] ?? 0 }

    mutating func apply(_ movements: [Movement], at time: Int64) {
        for movement in movements {
            if let from = movement.from {
                // Who has too little is refused before; on another branch a fee may be a few TRX higher.
                let balance = balance(of: from, in: movement.asset)
                balances[from, default: [:]][movement.asset] = balance - min(balance, movement.amount)
            }
            guard let to = movement.to else { continue }
            balances[to, default: [:]][movement.asset, default: 0] += movement.amount
            if case .trc20 = movement.asset { continue }
            if activations[to] == nil { activations[to] = time }
        }
    }
}
