/// How far a chain reaches, as heights: its tip, and the blocks at which its finality tags stand.
public struct Reach: Hashable, Sendable {
    public var tip: Int64
    /// Tags that the chain does not have, or has not reached, are left out.
    public var finality: [FinalityTag: Int64]

    public init(tip: Int64, finality: [FinalityTag: Int64] = [:]) {
        self.tip = tip
        self.finality = finality
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
