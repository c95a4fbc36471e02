public import Chain

/// A coin or token of one network, as the operator listed it.
public struct Asset: Hashable, Sendable {
    /// Unique in the installation: `LTC`, `USDT_ERC20`.
    public let code: String
    /// The token's contract; nil is the network's coin.
    public let contract: WatchKey?
    /// Digits after the point of a whole coin.
    public let decimals: Int
    /// A static wallet's deposit below it is not credited.
    public let minimumDeposit: Amount
    public let transferFee: Amount

    public init(code: String, contract: WatchKey?, decimals: Int, minimumDeposit: Amount, transferFee: Amount) {
        self.code = code
        self.contract = contract
        self.decimals = decimals
        self.minimumDeposit = minimumDeposit
        self.transferFee = transferFee
    }
}
