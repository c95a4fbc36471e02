/// Why the chain can't do what a command asks.
enum ChainError: Error, CustomStringConvertible {
    case full
    case funds
    case solid(depth: Int, possible: Int)

    var description: String {
        switch self {
        case .full: "\(TronChain.maximumPending) transactions wait for a block already; mine one"
        case .funds: "the payer has not as much left"
        case .solid(let depth, let possible):
            "\(depth) blocks can't be replaced: \(possible) are not solidified yet, and at least one has to be named"
        }
    }
}
