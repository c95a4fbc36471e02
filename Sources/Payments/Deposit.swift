public import Chain
public import Foundation

/// A transfer to a watched address, with what became of it.
public struct Deposit: Hashable, Sendable {
    /// For how long, in seconds, a sighting in the mempool alone counts, and an expiry waits for it.
    public static let mempoolPatience: Int64 = 24 * 60 * 60

    /// A hash of the identity: the same transfer has the same id for ever, whatever block it is in.
    public let id: UUID
    public let network: String
    public let asset: String
    public let decimals: Int
    /// The option of its owner that it pays.
    public private(set) var ordinal: Int32
    public let transaction: Hash256
    public let locator: String
    public let key: WatchKey
    public let gross: Amount
    public let maturity: Int32

    public private(set) var status: Status
    public private(set) var reason: String?
    /// Seen after the deadline.
    public private(set) var late: Bool
    /// The earliest of block time, sighting and first recording in a block, in seconds since 1970.
    public package(set) var seenAt: Int64
    /// Where it is now; nil when it is in no block of our chain.
    public private(set) var block: BlockStamp?
    /// The height at which its block was disconnected, while it is in none since.
    public private(set) var disconnectedHeight: Int64?
    /// Unmined for so long that it holds no expiry back any more.
    public private(set) var isGone: Bool
    /// Its number among all movements of its block.
    public private(set) var blockIndex: Int64?
    public private(set) var required: Thresholds
    /// What crediting took and left; nil before.
    public private(set) var fee: Amount?
    public private(set) var net: Amount?
    /// How often it was credited so far.
    public private(set) var credits: Int32
    /// How often each of its events was told of it, by the event's type and the block's hash: part of the events' ids.
    public private(set) var stays: [String: Int]

    public init(
        id: UUID, network: String, asset: String, decimals: Int, ordinal: Int32, transaction: Hash256, locator: String,
        key: WatchKey, gross: Amount, maturity: Int32, status: Status, reason: String? = nil, late: Bool, seenAt: Int64,
        block: BlockStamp?, disconnectedHeight: Int64? = nil, isGone: Bool = false, blockIndex: Int64?,
        required: Thresholds, fee: Amount? = nil, net: Amount? = nil, credits: Int32 = 0, stays: [String: Int] = [:]
    ) {
        self.id = id
        self.network = network
        self.asset = asset
        self.decimals = decimals
        self.ordinal = ordinal
        self.transaction = transaction
        self.locator = locator
        self.key = key
        self.gross = gross
        self.maturity = maturity
        self.status = status
        self.reason = reason
        self.late = late
        self.seenAt = seenAt
        self.block = block
        self.disconnectedHeight = disconnectedHeight
        self.isGone = isGone
        self.blockIndex = blockIndex
        self.required = required
        self.fee = fee
        self.net = net
        self.credits = credits
        self.stays = stays
    }

    /// Its chain may still bring it to a credit. One that is in no block since a disconnect is waited for until the block that
    /// took its place is final, one that only ever was in the mempool for a day.
    public var isOpen: Bool {
        switch status {
        case .detected, .orphaned, .reversed, .dropped: block != nil || !isGone
        case .credited, .final, .rejected: false
        }
    }

    /// A block of our chain holds another transaction that spends the same: it can't be mined any more.
    public var isDoubleSpent: Bool { status == .dropped && reason == Drop.doubleSpent.rawValue }

    /// It was in no block ever.
    var isOnlySighted: Bool { block == nil && disconnectedHeight == nil }

    /// The last second at which one that is only sighted is waited for; nil for others.
    var sightingEnd: Int64? { isOnlySighted ? seenAt + Self.mempoolPatience : nil }

    /// It is only sighted, and that too long before `time` to count.
    func isForgotten(at time: Int64) -> Bool { isOnlySighted && time - seenAt > Self.mempoolPatience }

    /// When it was seen first, now that it is seen at `time` as well. A sighting that is too old counts no more.
    func seen(againAt time: Int64) -> Int64 { isForgotten(at: time) ? time : min(time, seenAt) }

    var isUnfinal: Bool { status.isUnfinal }

    /// It pays another option of its address, which does not ask for its asset, and this one does.
    func isMeant(for option: PaymentOption) -> Bool {
        ordinal != option.ordinal && network == option.network && key == option.key && asset == option.asset
    }

    public var isCredited: Bool { status.isCredited }

    /// What the thresholds for its amount come to for this one. What no transaction moved (a withdrawal) is another
    /// deposit in another block, so it is credited only when it is final.
    func adapt(_ thresholds: Thresholds) -> Thresholds {
        let raised = thresholds.raised(to: maturity)
        guard case .withdrawal = Locator(locator) else { return raised }
        return Thresholds(credit: raised.final, final: raised.final)
    }

    /// Where the chain has to be for the deposit to pass its next threshold, or to be gone; nil when nothing is ahead.
    public var due: Threshold.Due? {
        switch (status, block) {
        case (.detected, let block?): required.credit.due(from: block.height)
        case (.credited, let block?): required.final.due(from: block.height)
        case (.detected, nil), (.orphaned, _), (.reversed, _), (.dropped, _):
            isGone ? nil : disconnectedHeight.map { required.final.due(from: $0) }
        case (.credited, nil), (.final, _), (.rejected, _): nil
        }
    }

    /// How many blocks, its own included, stand on our chain; 0 when it is in none.
    public func confirmations(at tip: Int64) -> Int64 {
        guard let block else { return 0 }
        return max(0, tip - block.height + 1)
    }
}

// Every change there is: none leads out of what `contradiction` allows.
extension Deposit {
    /// It is seen in the mempool, or in a block by `connect`, and judged afresh.
    mutating func detect() {
        // What no block holds against it any more may come into one.
        if isDoubleSpent { isGone = false }
        status = .detected
        reason = nil
        fee = nil
        net = nil
    }

    /// It is in a block of our chain, seen at `time` where that is earlier than it was known to be.
    mutating func connect(_ block: BlockStamp, index: Int64, seenAt time: Int64) {
        let earliest = seen(againAt: time)
        detect()
        seenAt = earliest
        self.block = block
        blockIndex = index
        disconnectedHeight = nil
        isGone = false
    }

    /// Its block is no longer on our chain.
    mutating func displace() {
        guard let height = block?.height else { return }
        status = isCredited ? .reversed : .orphaned
        reason = nil
        block = nil
        blockIndex = nil
        disconnectedHeight = height
    }

    mutating func credit(fee: Amount, net: Amount) {
        status = .credited
        self.fee = fee
        self.net = net
        credits += 1
    }

    mutating func finalize() { status = .final }

    /// It is on the chain and will not be credited, or pays its owner out of his own deposits.
    mutating func reject(_ rejection: Rejection) {
        if block == nil { isGone = true }
        status = .rejected
        reason = rejection.rawValue
    }

    /// It will hardly be mined. Only a block makes that certain.
    mutating func drop(_ drop: Drop) {
        status = .dropped
        reason = drop.rawValue
        if drop == .doubleSpent { isGone = true }
    }

    /// It is waited for no longer.
    mutating func giveUp() { isGone = true }

    /// It was seen at this time already, as what it replaces was.
    mutating func inherit(seenAt time: Int64) { seenAt = min(seenAt, time) }

    mutating func judge(late: Bool) { self.late = late }

    mutating func require(_ thresholds: Thresholds) { required = thresholds }

    /// It pays this option from now on.
    mutating func move(to option: PaymentOption) { ordinal = option.ordinal }

    /// Counts an event of it in this block; how often it was told of it there before.
    mutating func count(_ kind: Event.Kind, in block: BlockStamp?) -> Int {
        let tuple = "\(kind.rawValue) \(block?.hash.description ?? "")"
        let before = stays[tuple] ?? 0
        stays[tuple] = before + 1
        return before
    }

    /// What about it can't be at once; nil where all may. The table's CHECKs refuse the same.
    public var contradiction: String? {
        let isMined = block != nil
        let isDisplaced = disconnectedHeight != nil
        if isMined != (blockIndex != nil) { return "a block without its place in it, or the other way round" }
        if isMined, isGone || isDisplaced { return "in a block, and given up or disconnected" }
        if (fee == nil) != (net == nil) { return "a fee without a net amount, or the other way round" }
        if let fee, let net, fee + net != gross { return "of \(gross), with a fee of \(fee) and \(net) net" }
        if credits < 0 { return "credited \(credits) times" }
        let isReasoned =
            switch status {
            case .dropped: reason.flatMap(Drop.init) != nil
            case .rejected: reason.flatMap(Rejection.init) != nil
            case .detected, .credited, .final, .orphaned, .reversed: reason == nil
            }
        if !isReasoned { return "\(status.rawValue) for the reason \(reason ?? "none")" }
        let isPlaced =
            switch status {
            case .credited, .final: isMined
            case .orphaned, .reversed: isDisplaced
            case .dropped: !isMined && (isGone || !isDoubleSpent)
            case .rejected: isMined || isGone
            case .detected: true
            }
        if !isPlaced { return "\(status.rawValue) where it is" }
        let isBooked =
            switch status {
            case .credited, .final, .reversed: fee != nil && credits > 0
            case .detected, .orphaned, .rejected: fee == nil
            case .dropped: fee == nil || credits > 0
            }
        return isBooked ? nil : "\(status.rawValue), credited \(credits) times, with \(fee == nil ? "no fee" : "a fee")"
    }
}

/// The block that a deposit is in.
public struct BlockStamp: Hashable, Sendable {
    public let height: Int64
    public let hash: Hash256
    /// Seconds since 1970, as the block says.
    public let time: Int64

    public init(height: Int64, hash: Hash256, time: Int64) {
        self.height = height
        self.hash = hash
        self.time = time
    }

    public init(_ header: Header) {
        self.init(height: header.height, hash: header.hash, time: header.time)
    }

    public var reference: BlockReference { BlockReference(height: height, hash: hash) }
}
