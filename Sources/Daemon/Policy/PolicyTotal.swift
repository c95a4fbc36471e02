import Payments

/// The deposits of one asset that a policy means the same for.
struct PolicyTotal: Encodable, Sendable {
    let asset: String
    let effect: PolicyEffect.Kind
    private(set) var deposits = 1
    private var sum: Amount
    private let decimals: Int

    init(_ effect: PolicyEffect) {
        asset = effect.asset
        self.effect = effect.effect
        sum = effect.amountBase
        decimals = effect.decimals
    }

    mutating func add(_ effect: PolicyEffect) {
        deposits += 1
        sum += effect.amountBase
    }

    var amount: String { sum.text(decimals: decimals) }

    private enum CodingKeys: String, CodingKey {
        case asset, effect, deposits, amount
        case amountBase = "amount_base"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(asset, forKey: .asset)
        try container.encode(effect, forKey: .effect)
        try container.encode(deposits, forKey: .deposits)
        try container.encode(amount, forKey: .amount)
        try container.encode(sum.description, forKey: .amountBase)
    }
}
