public import Chain
internal import Hashing

/// The keys that a network watches, as an insert-only set of keyed 64-bit fingerprints: up to 20 bytes a key. It answers
/// "no" for certain and "maybe" otherwise; the store confirms each maybe exactly.
///
/// The fingerprints are keyed with a secret of the process, so that nobody can make addresses that collide. A key is
/// never taken out, and nothing remembers that a key was absent: a later registration is found by the next probe.
///
/// They are spread over many tables, each of which grows by itself: no insert takes longer than rebuilding one of them.
public struct WatchIndex: Sendable {
    private var tables = Array(repeating: FingerprintTable(), count: 1 << Self.tableBits)
    private static let tableBits = 6
    private let hash: SipHash
    /// The number of different fingerprints held.
    public private(set) var count = 0

    /// An empty index with room for `capacity` keys. `secret` is 128 random bits, new in every process.
    public init(secret: (UInt64, UInt64), capacity: Int = 0) {
        hash = SipHash(key: secret)
        reserveCapacity(capacity)
    }

    /// Makes room for `capacity` keys in all, so that loading them seldom has to grow a table.
    public mutating func reserveCapacity(_ capacity: Int) {
        let share = capacity >> Self.tableBits
        guard share > 0 else { return }
        // A little more, for none gets exactly its share.
        for index in tables.indices { tables[index].reserveCapacity(share + share / 16) }
    }

    /// Adds a key; returns false when its fingerprint was there.
    @discardableResult
    public mutating func insert(_ key: WatchKey) -> Bool {
        let fingerprint = fingerprint(of: key)
        guard tables[Self.table(of: fingerprint)].insert(fingerprint) else { return false }
        count += 1
        return true
    }

    /// False when the key was never inserted; true when it was, or, once in some 2⁶⁴ ÷ `count` cases, by chance.
    public func mayContain(_ key: WatchKey) -> Bool {
        contains(fingerprint(of: key))
    }

    /// The indices in `block.transfers` of those that may pay a watched key, ascending.
    ///
    /// All recipients are hashed first and all home slots read next, without a decision between two reads: the reads
    /// miss the cache, and so overlap instead of waiting for each other.
    public func hits(in block: Block) -> [Int] {
        guard count > 0 else { return [] }
        let fingerprints = block.transfers.map { fingerprint(of: $0.recipient) }
        let homes = fingerprints.map { tables[Self.table(of: $0)].first(for: $0) }
        return fingerprints.indices.filter { place in
            let (home, fingerprint) = (homes[place], fingerprints[place])
            return home == fingerprint || home != 0 && contains(fingerprint)
        }
    }

    func fingerprint(of key: WatchKey) -> UInt64 {
        let input = key.hashInput
        let value = hash.hash(input.words, length: input.length)
        return value == 0 ? 1 : value
    }

    private func contains(_ fingerprint: UInt64) -> Bool {
        tables[Self.table(of: fingerprint)].contains(fingerprint)
    }

    /// The last bits choose the table, for the first ones choose the slot in it.
    private static func table(of fingerprint: UInt64) -> Int {
        Int(truncatingIfNeeded: fingerprint & (1 << tableBits - 1))
    }
}
