/// What is owned on the chain.
enum Asset: Hashable, Sendable {
    case trx
    /// By its number, e.g. `1002000`.
    case trc10(String)
    case trc20(Address)
}

/// A TRC-20 contract that the chain begins with.
struct Token: Sendable {
    /// How commands call it. The symbol won't do: another contract may have the same.
    let code: String
    let name: String
    let symbol: String
    let decimals: Int
    let address: Address
    /// What `transfer` says of its success: that of USDT on TRON returns false even so.
    let returned: Bool
}
