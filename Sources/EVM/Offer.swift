/// Whether a node offers a method that there is a substitute for. It is learned by asking: one that refused is not asked
/// for the next blocks, for the substitute served, and then once more, since a refusal may have been a moment's.
struct Offer: Sendable {
    /// Blocks for which it is not asked after a refusal.
    private static let pause = 100

    private var left = 0

    /// Whether to ask for it now.
    mutating func isWorthAsking() -> Bool {
        guard left > 0 else { return true }
        left -= 1
        return false
    }

    /// It refused, and the substitute served.
    mutating func refused() { left = Self.pause }

    /// Whether it is taken to be there.
    var isLikely: Bool { left == 0 }
}
