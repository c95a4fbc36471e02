extension Deposit {
    /// A deposit's status, with the reason where there is one.
    public enum Standing: Hashable, Sendable {
        case detected, credited, final, orphaned, reversed
        case dropped(Drop)
        case rejected(Rejection)

        public var status: Status {
            switch self {
            case .detected: .detected
            case .credited: .credited
            case .final: .final
            case .orphaned: .orphaned
            case .reversed: .reversed
            case .dropped: .dropped
            case .rejected: .rejected
            }
        }

        public var reason: String? {
            switch self {
            case .dropped(let drop): drop.rawValue
            case .rejected(let rejection): rejection.rawValue
            case .detected, .credited, .final, .orphaned, .reversed: nil
            }
        }

        /// As it is stored; nil where the reason is none of that status.
        public init?(_ status: Status, reason: String?) {
            switch (status, reason) {
            case (.detected, nil): self = .detected
            case (.credited, nil): self = .credited
            case (.final, nil): self = .final
            case (.orphaned, nil): self = .orphaned
            case (.reversed, nil): self = .reversed
            case (.dropped, let reason?):
                guard let drop = Drop(rawValue: reason) else { return nil }
                self = .dropped(drop)
            case (.rejected, let reason?):
                guard let rejection = Rejection(rawValue: reason) else { return nil }
                self = .rejected(rejection)
            case (.detected, _), (.credited, _), (.final, _), (.orphaned, _), (.reversed, _), (.dropped, nil),
                (.rejected, nil):
                return nil
            }
        }
    }

    public enum Status: String, CaseIterable, Sendable, Codable {
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
    public enum Rejection: String, CaseIterable, Sendable {
        case unexpectedAsset = "unexpected_asset"
        /// It came on another network than the owner asked for.
        case wrongNetwork = "wrong_network"
        /// Its transaction spends a recorded deposit of the same owner: nothing comes in.
        case ownFunds = "own_funds"
        case belowMinimum = "below_minimum"
        case belowFee = "below_fee"
    }

    /// Why a deposit is `dropped`.
    public enum Drop: String, CaseIterable, Sendable {
        case doubleSpent = "double_spent"
        case replaced
        case evicted
        case expired
    }
}
