/// What one log says that a token moved: the event `Transfer(address,address,uint256)` of ERC-20 and TRC-20.
public struct TokenTransfer: Sendable {
    public let contract: WatchKey
    public let recipient: WatchKey
    /// Never zero.
    public let amount: UInt256
}

/// A log while it is read: what is needed of it to tell a transfer.
public struct LogReader: Sendable {
    /// The contracts whose transfers have sender, recipient and amount all in the data, as a few of 2016 and 2017 do.
    /// Of other contracts such a log is none.
    let unindexed: Set<WatchKey>

    private var contract: WatchKey?
    private var topics = 0
    private var isTransfer = false
    /// Each address so far is padded with zeros, as an address must be.
    private var isPadded = true
    private var sender: WatchKey?
    private var recipient: WatchKey?

    public init(unindexed: Set<WatchKey> = []) {
        self.unindexed = unindexed
    }

    public mutating func readAddress(_ bytes: RawSpan) {
        contract = WatchKey(bytes)
    }

    public mutating func readTopic(_ word: RawSpan) {
        switch topics {
        case 0: isTransfer = Hash256(word) == Self.transfer
        case 1:
            isPadded = word.isPaddedAddress
            sender = WatchKey(word.extracting(last: 20))
        case 2:
            isPadded = isPadded && word.isPaddedAddress
            recipient = WatchKey(word.extracting(last: 20))
        // ERC-721 has the token's number as a fourth.
        default: break
        }
        topics += 1
    }

    /// The transfer that the log is, `data` being its data; nil when it is none, one of nothing, or from somebody to
    /// himself.
    public func transfer(data: RawSpan) -> TokenTransfer? {
        // With EIP-7708 the chain itself logs what the coin does, in the same words.
        guard isTransfer, isPadded, let contract, contract != Self.system else { return nil }
        let amount: UInt256
        let payer: WatchKey?
        let payee: WatchKey?
        switch (topics, data.byteCount) {
        case (3, 32):
            payer = sender
            payee = recipient
            amount = UInt256(bigEndian: data)
        case (1, 96) where unindexed.contains(contract):
            guard data.extracting(0..<32).isPaddedAddress, data.extracting(32..<64).isPaddedAddress else { return nil }
            payer = WatchKey(data.extracting(12..<32))
            payee = WatchKey(data.extracting(44..<64))
            amount = UInt256(bigEndian: data.extracting(64..<96))
        default: return nil
        }
        guard let payee, payee != payer, !amount.isZero else { return nil }
        return TokenTransfer(contract: contract, recipient: payee, amount: amount)
    }

    /// Keccak-256 of `Transfer(address,address,uint256)`.
    private static let transfer = Hash256(
        0xddf2_52ad_1be2_c89b, 0x69c2_b068_fc37_8daa, 0x952b_a7f1_63c4_a116, 0x28f5_5a4d_f523_b3ef)

    /// Who logs the movements of the coin (EIP-7708).
    private static let system = WatchKey([UInt8](repeating: 0xFF, count: 19) + [0xFE])
}

extension RawSpan {
    /// An address with twelve zeros before it.
    fileprivate var isPaddedAddress: Bool {
        byteCount == 32
            && unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) == 0
            && unsafeLoadUnaligned(fromByteOffset: 8, as: UInt32.self) == 0
    }
}
