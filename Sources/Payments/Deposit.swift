public import Chain
public import Foundation

/// A transfer to a watched address, with what became of it.
public struct Deposit: Hashable, Sendable {
    public enum Status: String, Sendable, Codable {
        /// In the mempool or in a block, below the credit threshold.
        case detected
        /// Booked to the project's balance.
        case credited
        /// Not expected to be reversed.
        case final
        /// Its block was disconnected before it was credited.
        case orphaned
        /// Its block was disconnected after it was credited; the ledger holds the compensating entries.
        case reversed
        /// It will not be mined: replaced, double spent, evicted, expired.
        case dropped
        /// It is on the chain and is not credited, for the reason given.
        case rejected

        public var isCredited: Bool { self == .credited || self == .final }

        /// It counts for the tier of its owner's deposits.
        public var isUnfinal: Bool { self == .detected || self == .credited }
    }

    /// Why a deposit is `rejected`.
    public enum Rejection: String, Sendable {
        case unexpectedAsset = "unexpected_asset"
        /// It came on another network than the owner asked for.
        case wrongNetwork = "wrong_network"
        /// Its transaction spends a recorded deposit of the same owner: nothing comes in.
        case ownFunds = "own_funds"
        case belowMinimum = "below_minimum"
        case belowFee = "below_fee"
    }

    /// Why a deposit is `dropped`.
    public enum Drop: String, Sendable {
        case doubleSpent = "double_spent"
        case replaced
        case evicted
        case expired
    }

    /// For how long, in seconds, a sighting in the mempool alone counts, and an expiry waits for it.
    public static let mempoolPatience: Int64 = 24 * 60 * 60

    /// A hash of the identity: the same transfer has the same id for ever, whatever block it is in.
    public let id: UUID
    public let network: String
    public let asset: String
    public let decimals: Int
    /// The option of its owner that it pays.
    public internal(set) var ordinal: Int32
    public let transaction: Hash256
    public let locator: String
    public let key: WatchKey
    public let gross: Amount
    public let maturity: Int32

    public internal(set) var status: Status
    public internal(set) var reason: String?
    /// Seen after the deadline.
    public internal(set) var late: Bool
    /// The earliest of block time, sighting and first recording in a block, in seconds since 1970.
    public package(set) var seenAt: Int64
    /// Where it is now; nil when it is in no block of our chain.
    public internal(set) var block: BlockStamp?
    /// The height at which its block was disconnected, while it is in none since.
    public internal(set) var disconnectedHeight: Int64?
    /// Unmined for so long that it holds no expiry back any more.
    public internal(set) var isGone: Bool
    /// Its number among all movements of its block.
    public internal(set) var blockIndex: Int64?
    public internal(set) var required: Thresholds
    /// What crediting took and left; nil before.
    public internal(set) var fee: Amount?
    public internal(set) var net: Amount?
    /// How often it was credited so far.
    public internal(set) var credits: Int32
    /// How often each of its events was told of it, by the event's type and the block's hash: part of the events' ids.
    public internal(set) var stays: [String: Int]

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

    var isUnfinal: Bool { status.isUnfinal }

    /// It pays another option of its address, which does not ask for its asset, and this one does.
    func isMeant(for option: PaymentOption) -> Bool {
        ordinal != option.ordinal && network == option.network && key == option.key && asset == option.asset
    }

    /// Counts an event of where it is now; how often it was told of it there before.
    mutating func count(_ kind: Event.Kind) -> Int {
        let tuple = "\(kind.rawValue) \(block?.hash.description ?? "")"
        let before = stays[tuple] ?? 0
        stays[tuple] = before + 1
        return before
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
