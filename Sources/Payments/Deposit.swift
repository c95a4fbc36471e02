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

    public private(set) var standing: Standing
    public private(set) var place: Place
    /// Seen after the deadline.
    public private(set) var late: Bool
    /// The earliest of block time, sighting and first recording in a block, in seconds since 1970.
    public package(set) var seenAt: Int64
    public private(set) var required: Thresholds
    /// What crediting took; nil before.
    public private(set) var fee: Amount?
    /// How often it was credited so far.
    public private(set) var credits: Int32
    /// How often each of its events was told of it, by the event's type and the block's hash: part of the events' ids.
    public private(set) var stays: [String: Int]

    /// A deposit as it is stored.
    public init(
        id: UUID, network: String, asset: String, decimals: Int, ordinal: Int32, transaction: Hash256, locator: String,
        key: WatchKey, gross: Amount, maturity: Int32, standing: Standing, place: Place, late: Bool, seenAt: Int64,
        required: Thresholds, fee: Amount? = nil, credits: Int32 = 0, stays: [String: Int] = [:]
    ) throws(ImpossibleDeposit) {
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
        self.standing = standing
        self.place = place
        self.late = late
        self.seenAt = seenAt
        self.required = required
        self.fee = fee
        self.credits = credits
        self.stays = stays
        if let contradiction { throw contradiction }
    }

    /// One that is detected now. `ordinal` is the option that it pays.
    init(_ arrival: Arrival, id: UUID, network: String, ordinal: Int32, late: Bool, required: Thresholds) {
        self.id = id
        self.network = network
        asset = arrival.asset.code
        decimals = arrival.asset.decimals
        self.ordinal = ordinal
        transaction = arrival.transfer.transaction
        locator = arrival.transfer.locator.description
        key = arrival.transfer.recipient
        gross = Amount(arrival.transfer.amount)
        maturity = arrival.transfer.maturity
        standing = .detected
        place = arrival.block.map { .mined($0, index: Int64(arrival.transfer.blockIndex)) } ?? .unmined(isGone: false)
        self.late = late
        seenAt = arrival.seenAt
        self.required = required
        credits = 0
        stays = [:]
    }

    public var status: Status { standing.status }

    /// Why it is dropped or rejected.
    public var reason: String? { standing.reason }

    /// The block of our chain that it is in.
    public var block: BlockStamp? { place.block }

    /// What crediting left of it; nil before.
    public var net: Amount? { fee.map { gross.reduced(by: $0) } }

    /// Its chain may still bring it to a credit. One that is in no block since a disconnect is waited for until the block that
    /// took its place is final, one that only ever was in the mempool for a day.
    public var isOpen: Bool {
        switch status {
        case .detected, .orphaned, .reversed, .dropped: !place.isGone
        case .credited, .final, .rejected: false
        }
    }

    /// A block of our chain holds another transaction that spends the same: it can't be mined any more.
    public var isDoubleSpent: Bool { standing == .dropped(.doubleSpent) }

    /// It was in no block ever.
    public var isOnlySighted: Bool {
        if case .unmined = place { true } else { false }
    }

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
        switch (standing, place) {
        case (.detected, .mined(let block, _)): required.credit.due(from: block.height)
        case (.credited, .mined(let block, _)): required.final.due(from: block.height)
        case (.detected, .displaced(let height, isGone: false)), (.orphaned, .displaced(let height, isGone: false)),
            (.reversed, .displaced(let height, isGone: false)), (.dropped, .displaced(let height, isGone: false)):
            required.final.due(from: height)
        case (.detected, _), (.credited, _), (.final, _), (.orphaned, _), (.reversed, _), (.dropped, _),
            (.rejected, _):
            nil
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
        if isDoubleSpent { place = place.waitedFor(true) }
        standing = .detected
        fee = nil
    }

    /// It is in a block of our chain, seen at `time` where that is earlier than it was known to be.
    mutating func connect(_ block: BlockStamp, index: Int64, seenAt time: Int64) {
        seenAt = seen(againAt: time)
        detect()
        place = .mined(block, index: index)
    }

    /// Its block is no longer on our chain.
    mutating func displace() {
        guard case .mined(let block, _) = place else { return }
        standing = isCredited ? .reversed : .orphaned
        place = .displaced(from: block.height, isGone: false)
    }

    mutating func credit(fee: Amount) {
        standing = .credited
        self.fee = fee
        credits += 1
    }

    mutating func finalize() { standing = .final }

    /// It is on the chain and will not be credited, or pays its owner out of his own deposits.
    mutating func reject(_ rejection: Rejection) {
        standing = .rejected(rejection)
        place = place.waitedFor(false)
    }

    /// It will hardly be mined. Only a block makes that certain.
    mutating func drop(_ drop: Drop) {
        standing = .dropped(drop)
        if drop == .doubleSpent { place = place.waitedFor(false) }
    }

    /// It is waited for no longer.
    mutating func giveUp() { place = place.waitedFor(false) }

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

    /// What about it can't be at once; nil where all may. The table's CHECKs refuse the same, and what no standing or place is.
    var contradiction: ImpossibleDeposit? {
        if let fee, fee > gross { return ImpossibleDeposit("of \(gross), with a fee of \(fee)") }
        if credits < 0 { return ImpossibleDeposit("credited \(credits) times") }
        let isPlaced =
            switch (standing, place) {
            case (.credited, .mined), (.final, .mined), (.orphaned, .displaced), (.reversed, .displaced): true
            case (.dropped(let drop), .unmined(let isGone)), (.dropped(let drop), .displaced(_, let isGone)):
                isGone || drop != .doubleSpent
            case (.rejected, let place): place.block != nil || place.isGone
            case (.detected, _): true
            case (.credited, _), (.final, _), (.orphaned, _), (.reversed, _), (.dropped, .mined): false
            }
        if !isPlaced { return ImpossibleDeposit("\(status.rawValue) where it is") }
        let isBooked =
            switch standing {
            case .credited, .final, .reversed: fee != nil && credits > 0
            case .detected, .orphaned, .rejected: fee == nil
            case .dropped: fee == nil || credits > 0
            }
        if isBooked { return nil }
        return ImpossibleDeposit(
            "\(status.rawValue), credited \(credits) times, with \(fee == nil ? "no fee" : "a fee")")
    }
}

/// What about a deposit contradicts itself.
public struct ImpossibleDeposit: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
