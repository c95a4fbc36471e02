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

extension Thresholds: Codable {
    private enum CodingKeys: String, CodingKey { case credit, final }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let credit = try container.decode(Threshold.self, forKey: .credit)
        let final = try container.decode(Threshold.self, forKey: .final)
        guard final.mayFollow(credit) else {
            throw DecodingError.dataCorruptedError(
                forKey: .final, in: container, debugDescription: "\(final) is below \(credit), the credit threshold")
        }
        self.init(credit: credit, final: final)
    }
}
