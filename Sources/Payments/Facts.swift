public import Chain

/// What a step of a network's lane tells one owner.
public struct Facts: Sendable {
    /// The height of the network's tip once the step is done.
    public let tip: Int64
    /// Blocks above this height are no longer on our chain; nil when none was disconnected.
    public var disconnectedTo: Int64?
    /// Transfers to the owner's addresses in blocks of our chain, in chain order.
    public var arrivals: [Arrival]
    /// Options whose registration ends here.
    public var registrations: [Registration]
    /// The step is there because the policy is another one.
    public var isPolicyChange: Bool

    public init(
        tip: Int64, disconnectedTo: Int64? = nil, arrivals: [Arrival] = [], registrations: [Registration] = [],
        isPolicyChange: Bool = false
    ) {
        self.tip = tip
        self.disconnectedTo = disconnectedTo
        self.arrivals = arrivals
        self.registrations = registrations
        self.isPolicyChange = isPolicyChange
    }
}

/// A transfer of a listed asset in a block of our chain.
public struct Arrival: Sendable {
    public let transfer: Transfer
    public let asset: Asset
    public let block: BlockStamp
    /// The deposit's stays in blocks so far, where it comes from another owner.
    public let earlierStays: [String: Int]

    public init(_ transfer: Transfer, of asset: Asset, in block: BlockStamp, earlierStays: [String: Int] = [:]) {
        self.transfer = transfer
        self.asset = asset
        self.block = block
        self.earlierStays = earlierStays
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
