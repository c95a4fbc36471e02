/// Whoever is on the chain from its beginning.
struct Participants: Sendable {
    static let witnessCount = 27
    /// The TRC-10 token that there is, as BitTorrent's old one is called, with six digits after the point.
    static let trc10 = "1002000"

    /// They make the blocks in turns.
    let witnesses: [Address]
    /// Pays for everything.
    let payer: Address
    /// Have nothing to do with anybody's payments.
    let bystanders: [Address]
    /// A contract that sends on what it is called with.
    let forwarder: Address
    let tokens: [Token]

    init(seed: Seed) {
        witnesses = (0..<Self.witnessCount).map { seed.address("witness", $0) }
        payer = seed.address("payer")
        bystanders = (0..<8).map { seed.address("bystander", $0) }
        forwarder = seed.address("forwarder")
        tokens = [
            Token(
                code: "USDT", name: "Tether USD", symbol: "USDT", decimals: 6, address: seed.address("USDT"),
                returned: false),
            Token(
                code: "USDD", name: "Decentralized USD", symbol: "USDD", decimals: 18, address: seed.address("USDD"),
                returned: true),
            Token(
                code: "FAKE", name: "Tether USD", symbol: "USDT", decimals: 6, address: seed.address("FAKE"),
                returned: true),
        ]
    }

    func token(at address: Address) -> Token? { tokens.first { $0.address == address } }

    /// What a command calls an asset, and how many digits it has after the point.
    func asset(called code: String) -> (asset: Asset, decimals: Int)? {
        switch code {
        case "TRX": return (.trx, 6)
        case Self.trc10: return (.trc10(code), 6)
        default: return tokens.first { $0.code == code }.map { (.trc20($0.address), $0.decimals) }
        }
    }

    /// What there is at the beginning, all of it the payer's.
    var allocations: [Movement] {
        [
            Movement(.trx, from: nil, to: payer, amount: 90_000_000_000_000_000),
            Movement(.trc10(Self.trc10), from: nil, to: payer, amount: 900_000_000_000_000_000),
        ]
            + tokens.map { token in
                let unit = (0..<token.decimals).reduce(UInt128(1)) { unit, _ in unit * 10 }
                return Movement(.trc20(token.address), from: nil, to: payer, amount: 1_000_000_000_000 * unit)
            }
    }
}
