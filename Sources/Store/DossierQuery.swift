public import Chain
public import Foundation

/// Which dossiers a step needs: those of every owner that it touches.
public struct DossierQuery: Sendable {
    /// The recipients of what was found: their owners are touched.
    public var keys: [WatchKey]
    /// Touched are owners with a deposit that is due where the chain reaches as far as this.
    public var due: Reach?
    /// Touched are owners with a deposit in a block above this height.
    public var above: Int64?
    /// Touched in any case.
    public var owners: [UUID]
    /// Deposits that the step may find again. A wallet's closed ones, and those of an owner with very many, come only when
    /// they are named here or may change otherwise.
    public var deposits: [UUID]
    /// Every open deposit of those owners is wanted, however many.
    public var needsOpen = false
    /// Owners of the network that are set aside are touched, to be decided about again.
    public var retriesSetAside = false
    /// Deposits are wanted that were only ever seen in the mempool, before this time in seconds since 1970.
    public var sightedBefore: Int64?

    public init(
        keys: [WatchKey] = [], due: Reach? = nil, above: Int64? = nil, owners: [UUID] = [], deposits: [UUID] = []
    ) {
        self.keys = keys
        self.due = due
        self.above = above
        self.owners = owners
        self.deposits = deposits
    }
}
