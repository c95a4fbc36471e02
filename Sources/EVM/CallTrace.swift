internal import Chain

/// The calls of one transaction that moved its chain's coin, as a node traced them. No root commits to a trace.
struct CallTrace {
    /// A call, or what else moves the coin.
    struct Payment: Equatable {
        /// The place of the call among its caller's calls, on the way down from the transaction's own call, whose
        /// path is empty.
        let path: [UInt32]
        let sender: WatchKey
        let recipient: WatchKey
        /// Never zero.
        let amount: UInt256
    }

    /// In the order of their paths, the transaction's own call too where it has value. What was undone is not here, and
    /// no call from an address to itself.
    private(set) var payments: [Payment] = []
    /// The transaction's own call failed, and with it everything.
    let hasFailed: Bool

    init(payments: [Payment], hasFailed: Bool) {
        self.payments = payments.sorted { $0.path.lexicographicallyPrecedes($1.path) }
        self.hasFailed = hasFailed
    }

    /// Calls nest at most 1,024 deep below the transaction's own (Yellow Paper §8).
    static let depthMax = 1_025
}

/// A call of a trace while it is read.
struct CallFrame {
    /// Whether a call of its kind moves its value; nil while the kind is not known.
    var isPaying: Bool?
    var sender: WatchKey?
    var recipient: WatchKey?
    var value = UInt256(0)
    var hasFailed = false
    /// How many of the payments read so far came before it.
    let start: Int
    /// Calls seen among its own.
    var children: UInt32 = 0
    var isInCalls = false

    init(start: Int) {
        self.start = start
    }

    /// What it pays; nil when that is nothing.
    func payment(at path: [UInt32]) throws(DecodeError) -> CallTrace.Payment? {
        guard let isPaying else { throw DecodeError(.malformed, "call \(path) has no type") }
        guard isPaying, !value.isZero else { return nil }
        guard let sender, let recipient else {
            throw DecodeError(.malformed, "call \(path) does not say who pays whom")
        }
        return sender == recipient
            ? nil : CallTrace.Payment(path: path, sender: sender, recipient: recipient, amount: value)
    }
}
