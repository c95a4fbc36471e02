/// What deposits wait for.
public struct Thresholds: Hashable, Sendable {
    /// To be booked to the project's balance.
    public let credit: Threshold
    /// To be regarded as not reversible, once it is credited.
    public let final: Threshold

    public init(credit: Threshold, final: Threshold) {
        precondition(final.mayFollow(credit))
        self.credit = credit
        self.final = final
    }

    /// Of confirmations; `final` at least `credit`.
    public init(credit: Int32, final: Int32) {
        self.init(credit: Threshold(credit), final: Threshold(final))
    }

    /// The same with both raised to what the chain itself demands before the amount can be spent.
    public func raised(to maturity: Int32) -> Thresholds {
        Thresholds(credit: credit.raised(to: maturity), final: final.raised(to: maturity))
    }
}
