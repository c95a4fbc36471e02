public import Chain

/// Where a network stands in the database: what every step of its lane is made on.
public struct LaneSnapshot: Hashable, Sendable {
    public let epoch: Int64
    /// How many steps the lane has committed.
    public let step: Int64
    /// The last block committed; nil before the first run.
    public let tip: BlockReference?
    public let watchNumber: Int64
    public let policyNumber: Int64
    /// Its last told state is `halted`.
    public let isHalted: Bool
    /// How many events there were of the network itself.
    public let version: Int64
    /// The heights at which the chain's finality tags stand.
    public let finality: [FinalityTag: Int64]
    /// The lowest height that may be gone back to without an operator: as far below the highest block that was ever
    /// connected as headers are kept. Nil before the first run.
    public let floor: Int64?

    public init(
        epoch: Int64, step: Int64, tip: BlockReference?, watchNumber: Int64, policyNumber: Int64,
        isHalted: Bool = false, version: Int64 = 0, finality: [FinalityTag: Int64] = [:], floor: Int64? = nil
    ) {
        self.epoch = epoch
        self.step = step
        self.tip = tip
        self.watchNumber = watchNumber
        self.policyNumber = policyNumber
        self.isHalted = isHalted
        self.version = version
        self.finality = finality
        self.floor = floor
    }
}

/// What `confirmd.network` says of a network.
public enum NetworkState: String, Sendable {
    case starting, syncing, following, halted, retired
}
