public import BigInt

/// How deposits of one owner add up, by everything that a decision asks of all of them: an owner's past may be long, and a
/// deposit is looked at by itself only where something about it may change.
public struct DepositTotals: Hashable, Sendable {
    /// What deposits have in common that count alike.
    public struct Kind: Hashable, Sendable {
        public let network: String
        public let asset: String
        public let ordinal: Int32
        public let status: Deposit.Status
        public let late: Bool
        /// Its chain may still bring it to a credit.
        public let isOpen: Bool
        /// By itself it would be enough for its invoice.
        public let isSufficient: Bool

        public init(
            network: String, asset: String, ordinal: Int32, status: Deposit.Status, late: Bool, isOpen: Bool,
            isSufficient: Bool
        ) {
            self.network = network
            self.asset = asset
            self.ordinal = ordinal
            self.status = status
            self.late = late
            self.isOpen = isOpen
            self.isSufficient = isSufficient
        }

        public var isCredited: Bool { status.isCredited }
        public var isUnfinal: Bool { status.isUnfinal }
    }

    /// How many deposits there are of a kind, and their gross amounts in base units.
    public struct Total: Hashable, Sendable {
        public var count: Int
        public var gross: BigUInt

        public init(count: Int, gross: BigUInt) {
            self.count = count
            self.gross = gross
        }
    }

    public private(set) var totals: [Kind: Total]

    public init(_ totals: [Kind: Total] = [:]) {
        self.totals = totals.filter { $0.value.count != 0 }
    }

    public var count: Int { totals.values.reduce(0) { $0 + $1.count } }

    mutating func add(_ gross: Amount, of kind: Kind) {
        totals[kind, default: Total(count: 0, gross: 0)].count += 1
        totals[kind]?.gross += gross.units
    }

    /// Takes one out again; false when there can't have been one.
    mutating func remove(_ gross: Amount, of kind: Kind) -> Bool {
        guard var total = totals[kind], total.count > 0, total.gross >= gross.units else { return false }
        total.count -= 1
        total.gross -= gross.units
        guard total.count > 0 || total.gross.isZero else { return false }
        totals[kind] = total.count == 0 ? nil : total
        return true
    }

    func contains(where isMeant: (Kind) -> Bool) -> Bool { totals.keys.contains(where: isMeant) }

    func count(where isMeant: (Kind) -> Bool) -> Int {
        totals.reduce(0) { isMeant($1.key) ? $0 + $1.value.count : $0 }
    }

    /// The gross of the kinds that are meant.
    func gross(where isMeant: (Kind) -> Bool) -> Amount {
        Amount(totals.reduce(BigUInt(0)) { isMeant($1.key) ? $0 + $1.value.gross : $0 })
    }
}
