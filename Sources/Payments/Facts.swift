public import Chain

/// What a step of a network's lane tells one owner.
public struct Facts: Sendable {
    /// How far the network's chain reaches once the step is done.
    public let reach: Reach
    /// Blocks above this height are no longer on our chain; nil when none was disconnected.
    public var disconnectedTo: Int64?
    /// Transfers to the owner's addresses in blocks of our chain, in chain order, or in the mempool.
    public var arrivals: [Arrival]
    /// Transactions of the owner's deposits that will hardly be mined any more.
    public var losses: [Loss]
    /// Options whose registration ends here.
    public var registrations: [Registration]
    /// The step is there because the policy is another one.
    public var isPolicyChange: Bool

    public init(
        reach: Reach, disconnectedTo: Int64? = nil, arrivals: [Arrival] = [], losses: [Loss] = [],
        registrations: [Registration] = [],
        isPolicyChange: Bool = false
    ) {
        self.reach = reach
        self.disconnectedTo = disconnectedTo
        self.arrivals = arrivals
        self.losses = losses
        self.registrations = registrations
        self.isPolicyChange = isPolicyChange
    }

    /// Of a chain without finality tags.
    public init(
        tip: Int64, disconnectedTo: Int64? = nil, arrivals: [Arrival] = [], losses: [Loss] = [],
        registrations: [Registration] = [], isPolicyChange: Bool = false
    ) {
        self.init(
            reach: Reach(tip: tip), disconnectedTo: disconnectedTo, arrivals: arrivals, losses: losses,
            registrations: registrations, isPolicyChange: isPolicyChange)
    }
}

/// A transfer of a listed asset, in a block of our chain or in the mempool.
public struct Arrival: Sendable {
    public let transfer: Transfer
    public let asset: Asset
    /// Nil while it is in no block.
    public let block: BlockStamp?
    /// The block's time, or when it was sighted, or recorded if that is earlier; in seconds since 1970.
    public private(set) var seenAt: Int64
    /// What its transaction spends; empty where a family has no outputs to spend.
    public let spends: [Outpoint]
    /// Unmined transactions that exclude this one, because they spend the same.
    public let rivals: Set<Hash256>
    /// Its transaction spends a recorded deposit of the owner whom it pays: nothing comes in. Known once it is routed.
    public internal(set) var isOwnFunds = false

    public init(
        _ transfer: Transfer, of asset: Asset, in block: BlockStamp, spends: [Outpoint] = [], rivals: Set<Hash256> = []
    ) {
        self.transfer = transfer
        self.asset = asset
        self.block = block
        seenAt = block.time
        self.spends = spends
        self.rivals = rivals
    }

    /// The same as it is recorded at this time of the database's: what we knew by then was sent by then, whatever the clock of
    /// the block's miner says.
    public func recorded(at time: Int64) -> Arrival {
        var arrival = self
        arrival.seenAt = min(seenAt, time)
        return arrival
    }

    /// It was seen when what it is recorded as was.
    mutating func see(_ deposit: Deposit) { seenAt = deposit.seen(againAt: seenAt) }

    /// One in the mempool; `time` is the database's.
    public init(
        _ transfer: Transfer, of asset: Asset, sightedAt time: Int64, spends: [Outpoint] = [],
        rivals: Set<Hash256> = []
    ) {
        self.transfer = transfer
        self.asset = asset
        block = nil
        seenAt = time
        self.spends = spends
        self.rivals = rivals
    }
}

/// A transaction in no block that will hardly come into one any more.
public struct Loss: Hashable, Sendable {
    public enum Cause: Hashable, Sendable {
        /// A transaction in a block of our chain spends the same.
        case doubleSpent
        /// A transaction in the mempool that spends the same has taken its place.
        case replaced
        /// The mempool no longer has it at this time (seconds since 1970); after `expiry` seconds there it forgets
        /// every transaction.
        case forgotten(at: Int64, expiry: Int64)
    }

    public let transaction: Hash256
    public let cause: Cause

    public init(_ transaction: Hash256, _ cause: Cause) {
        self.transaction = transaction
        self.cause = cause
    }
}

/// How the registration of an option ended.
public struct Registration: Hashable, Sendable {
    public let ordinal: Int32
    /// Why the option can't be watched; nil when it is.
    public let refusal: String?

    public init(ordinal: Int32, refusal: String?) {
        self.ordinal = ordinal
        self.refusal = refusal
    }
}
