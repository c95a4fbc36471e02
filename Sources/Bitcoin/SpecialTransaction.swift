/// What the version of a transaction tells of its form on Dash (DIP-2): from version 3 on the upper 16 bits are a type,
/// and those with one have a payload after the lock time, which the id commits to. Payloads pay nobody and stay unread.
struct SpecialTransaction {
    /// Nil for the transactions of every other coin, and the ordinary ones of Dash.
    private let type: UInt16?

    private enum Kind {
        /// The key of a quorum of masternodes (DIP-6).
        static let quorumCommitment: UInt16 = 6
        /// A signal that masternodes agree to a change of rules (DIP-23).
        static let hardForkSignal: UInt16 = 7
        /// A withdrawal from Dash Platform: it pays out of what is locked there (DIP-27).
        static let assetUnlock: UInt16 = 9
    }

    init(version: UInt32, of coin: Coin) {
        let isSpecial = coin.hasSpecialTransactions && Int16(truncatingIfNeeded: version) >= 3 && version >> 16 != 0
        type = isSpecial ? UInt16(version >> 16) : nil
    }

    var hasPayload: Bool { type != nil }

    /// Whether it may be without inputs, which no block's first transaction may.
    var maySpendNothing: Bool { mayPayNobody || type == Kind.assetUnlock }

    /// Whether it may be without outputs.
    var mayPayNobody: Bool { type == Kind.quorumCommitment || type == Kind.hardForkSignal }

    /// How many bytes at the end of the payload the id has zeros for: from its version 2 on, the height, quorum and
    /// signature of an asset unlock, so that signing it anew does not give it another id (DIP-27).
    func unhashedLength(of payload: RawSpan) -> Int {
        guard type == Kind.assetUnlock, payload.byteCount == 145,
            payload.unsafeLoad(fromByteOffset: 0, as: UInt8.self) >= 2
        else { return 0 }
        return 4 + 32 + 96
    }
}
