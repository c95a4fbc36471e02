public import Chain

/// The rules of one network that a decision is made under, with the number under which they were published.
public struct Policy: Sendable {
    public let network: String
    public let number: Int64
    public let thresholds: Thresholds
    private let assets: [WatchKey?: Asset]

    public init(network: String, number: Int64, thresholds: Thresholds, assets: [Asset]) {
        self.network = network
        self.number = number
        self.thresholds = thresholds
        self.assets = Dictionary(assets.map { ($0.contract, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The listed asset that a transfer moved; nil for what nobody listed.
    public func asset(of transfer: Transfer) -> Asset? {
        assets[transfer.contract]
    }
}

/// How many confirmations (1 = in the tip block) a deposit needs.
public struct Thresholds: Hashable, Sendable {
    /// To be booked to the project's balance.
    public let credit: Int32
    /// To be regarded as not reversible; at least `credit`.
    public let final: Int32

    public init(credit: Int32, final: Int32) {
        precondition(credit >= 1 && final >= credit)
        self.credit = credit
        self.final = final
    }

    /// The same with both raised to what the chain itself demands before the amount can be spent.
    public func raised(to maturity: Int32) -> Thresholds {
        Thresholds(credit: max(credit, maturity), final: max(final, maturity))
    }
}
