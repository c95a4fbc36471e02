import NodeHTTP
import Watcher

/// How long before an address was made known a payment's block may be, by its time: block times may be two hours ahead of the
/// truth where there is proof of work, and clocks differ. Every block of that time may have to be asked for.
struct LookBack: Sendable {
    /// What asking for blocks takes, where the nodes' budgets are looked at.
    struct Cost: Sendable {
        /// From one block to the next.
        let blockTime: Duration
        /// Requests for a block that is followed.
        let following: Double
        /// Requests for a block that is looked at again.
        let again: Double
    }

    /// A look back that takes longer within a budget would keep a new address waiting.
    private static let patience = Duration.seconds(600)

    /// What it is where nothing stands in the way.
    var atMost = NetworkSettings.usualLookBack
    /// What it is whatever the budget.
    var atLeast: Duration?
    /// Nil where budgets don't count.
    var cost: Cost?

    /// As long as the scantiest of these budgets lets it take ten minutes beside following.
    func within(_ budgets: [RequestLimits?]) -> Duration {
        guard let cost, let atLeast else { return atMost }
        let needed = cost.following / (cost.blockTime / .seconds(1))
        return budgets.compactMap(\.self).map { limits in
            let rates = [limits.perSecond.map(Double.init), limits.perDay.map { Double($0) / 86_400 }]
            let spare = max(0, (rates.compactMap(\.self).min() ?? .infinity) - needed)
            let blocks = (spare * (Self.patience / .seconds(1)) / cost.again).rounded()
            return min(max(cost.blockTime * blocks, atLeast), atMost)
        }.min() ?? atMost
    }
}
