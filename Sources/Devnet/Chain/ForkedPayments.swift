/// Where the transactions of blocks that were replaced are on the other branch.
enum ForkedPayments: String, CaseIterable, Sendable {
    /// In the block that takes the place of their own, or in the last one where there is none.
    case same
    /// In the last block.
    case last
    /// In no block.
    case none

    /// The transactions of the new block at `index` of `length`.
    func transactions(of removed: [[Transaction]], at index: Int, of length: Int) -> [Transaction] {
        let isLast = index == length - 1
        return switch self {
        case .none: []
        case .last: isLast ? Array(removed.joined()) : []
        case .same: isLast ? Array(removed.dropFirst(index).joined()) : removed.dropFirst(index).first ?? []
        }
    }
}
