public import Chain

/// What nodes have said of what a decision would credit.
public struct Agreement: Sendable {
    /// Up to which block enough of them have our chain; nil where nobody was asked, or too few have.
    var height: Int64?
    /// Up to which block every transaction that waits for a lock has one; nil where nobody was asked.
    var locked: Int64?

    /// Every node that could be asked has said yes.
    public static let everyone = Agreement(height: .max, locked: .max)

    public init() {}

    init(height: Int64?, locked: Int64?) {
        self.height = height
        self.locked = locked
    }

    /// How far the chain reaches by what they said.
    public func applied(to reach: Reach) -> Reach {
        var reach = reach
        reach.agreed = height
        reach.finality[.instantsend] = locked.map { min($0, reach.tip) }
        return reach
    }
}
