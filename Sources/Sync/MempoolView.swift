public import Chain

/// What one node's mempool holds, as far as it concerns us: a first snapshot, then the differences of its listings.
///
///     listing --new ids--> wanted --fetched, pays a key that may be watched--> news
///        |                   +------fetched, pays nobody of ours------------> known
///        +-----an unmined transaction of ours is missing--> missing --confirmed--> lost
///
/// It is advice and no more: what it misses is found in its block. A transaction counts as lost only when its node, asked
/// after the listing, gave our own tip as its tip: else it may be in a block that we have yet to read.
public struct MempoolView: Sendable {
    public struct Settings: Hashable, Sendable {
        /// From one listing to the next.
        public var interval: Duration
        /// Transactions asked for at once.
        public var batch: Int
        /// Transactions remembered; a mempool beyond it is looked at in part.
        public var maximum: Int
        /// After how long the nodes forget a transaction by themselves (`-mempoolexpiry`).
        public var expiry: Duration

        public init(
            interval: Duration = .seconds(5), batch: Int = 100, maximum: Int = 500_000,
            expiry: Duration = .seconds(336 * 60 * 60)
        ) {
            self.interval = interval
            self.batch = batch
            self.maximum = maximum
            self.expiry = expiry
        }
    }

    /// What is to be written down.
    public struct News: Sendable {
        public var seen: [UnconfirmedTransaction] = []
        /// Transactions of ours that are gone, and whether another one took their place.
        public var lost: [(id: Hash256, isReplaced: Bool)] = []

        public var isEmpty: Bool { seen.isEmpty && lost.isEmpty }
    }

    public let settings: Settings
    /// The node that is looked at.
    public private(set) var node: Int?
    /// The fingerprints of the recipients of every transaction that was looked at and is listed still, so that keys that
    /// are registered later find those that pay them.
    private var known: [Hash256: [UInt64]] = [:]
    /// A slice, so that taking a batch off its front moves nothing.
    private var wanted: ArraySlice<Hash256> = []
    /// Those of the listed that may pay us.
    private var hits: [Hash256: UnconfirmedTransaction] = [:]
    private var untold: Set<Hash256> = []
    /// Transactions of ours that the listing asked for at this instant did not have.
    private var missing: [Hash256: Instant] = [:]
    /// Transactions of ours of which another one in the mempool spends the same.
    private var replaced: Set<Hash256> = []
    private var lost: Set<Hash256> = []
    /// Transactions of ours that were told lost and are not listed since.
    private var forgotten: Set<Hash256> = []

    public init(_ settings: Settings) {
        self.settings = settings
    }

    /// Takes in the ids that `node` listed when asked at `asked`. `ours` are the unmined transactions with deposits.
    public mutating func list(_ ids: [Hash256], of node: Int, asked: Instant, ours: Set<Hash256>) {
        if node != self.node {
            self.node = node
            known = [:]
            replaced = []
        }
        let listed = Set(ids)
        known = known.filter { listed.contains($0.key) }
        hits = hits.filter { listed.contains($0.key) }
        untold.formIntersection(listed)
        lost.subtract(listed)
        forgotten.formIntersection(ours)
        forgotten.subtract(listed)
        replaced.formIntersection(ours)
        replaced.subtract(listed)
        missing = missing.filter { ours.contains($0.key) && !listed.contains($0.key) }
        for id in ours where !listed.contains(id) && !forgotten.contains(id) && missing[id] == nil {
            missing[id] = asked
        }
        wanted = ids.filter { known[$0] == nil }.prefix(max(0, settings.maximum - known.count))
    }

    /// The next transactions to ask the node for; none when all that is listed was looked at.
    public mutating func next() -> [Hash256] {
        let batch = Array(wanted.prefix(max(1, settings.batch)))
        wanted.removeFirst(batch.count)
        return batch
    }

    /// Takes in transactions that were asked for. `rivals` gives the unmined transactions of ours that a transaction
    /// excludes.
    public mutating func take(
        _ transactions: [UnconfirmedTransaction], watching index: WatchIndex,
        rivals: (UnconfirmedTransaction) -> Set<Hash256>
    ) {
        for transaction in transactions {
            known[transaction.id] = transaction.transfers.map { index.fingerprint(of: $0.recipient) }
            replaced.formUnion(rivals(transaction))
            let ours = transaction.transfers.filter { index.mayContain($0.recipient) }
            guard !ours.isEmpty else { continue }
            hits[transaction.id] = UnconfirmedTransaction(
                id: transaction.id, transfers: ours, spends: transaction.spends)
            untold.insert(transaction.id)
        }
    }

    /// The node gave our cursor as its tip when asked at `asked`: what an earlier listing missed is in no block of ours.
    public mutating func confirm(asked: Instant) {
        for (id, since) in missing where since < asked {
            lost.insert(id)
            missing[id] = nil
        }
    }

    /// The listed transactions that were looked at before these keys were watched and pay one of them.
    public func paying(_ keys: [WatchKey], watching index: WatchIndex) -> [Hash256] {
        let fingerprints = Set(keys.map { index.fingerprint(of: $0) })
        return known.filter { $0.value.contains(where: fingerprints.contains) }.map(\.key)
    }

    /// Everything is to be told again: what had been in a block may be in the mempool only now.
    public mutating func retell() {
        untold = Set(hits.keys)
    }

    /// What is to be written down now: at most `maximum` payments of transactions that were seen, but all of one
    /// transaction's, and at most `maximum` transactions that are lost.
    public func news(_ maximum: Int) -> News {
        var seen: [UnconfirmedTransaction] = []
        var payments = 0
        for transaction in untold.lazy.compactMap({ hits[$0] }) {
            payments += transaction.transfers.count
            if payments > maximum, !seen.isEmpty { break }
            seen.append(transaction)
        }
        return News(seen: seen, lost: lost.prefix(maximum).map { ($0, replaced.contains($0)) })
    }

    public var hasNews: Bool { !untold.isEmpty || !lost.isEmpty }

    /// It was written down.
    public mutating func told(_ news: News) {
        for transaction in news.seen { untold.remove(transaction.id) }
        for (id, _) in news.lost {
            lost.remove(id)
            forgotten.insert(id)
        }
    }
}
