/// How far a chain reaches, as heights: its tip, and the blocks at which its finality tags stand.
public struct Reach: Hashable, Sendable {
    public var tip: Int64
    /// Tags that the chain does not have, or has not reached, are left out.
    public var finality: [FinalityTag: Int64]
    /// The last block that as many nodes as are wanted have said to have; nil when none was asked about.
    public var agreed: Int64?

    public init(tip: Int64, finality: [FinalityTag: Int64] = [:], agreed: Int64? = nil) {
        self.tip = tip
        self.finality = finality
        self.agreed = agreed
    }

    /// Beyond every block.
    public static let everything = Reach(
        tip: .max, finality: Dictionary(uniqueKeysWithValues: FinalityTag.allCases.map { ($0, .max) }))

    /// The height of a tag's block; of the tip where there is no tag.
    public subscript(tag: FinalityTag?) -> Int64? {
        guard let tag else { return tip }
        return finality[tag]
    }
}
