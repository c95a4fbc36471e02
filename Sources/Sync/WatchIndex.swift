public import Chain
internal import Hashing

/// The keys that a network watches, as an insert-only set of keyed 64-bit fingerprints in one flat table: 13 to 20
/// bytes a key. It answers "no" for certain and "maybe" otherwise; the store confirms each maybe exactly.
///
/// The fingerprints are keyed with a secret of the process, so that nobody can make addresses that collide. A key is
/// never taken out, and nothing remembers that a key was absent: a later registration is found by the next probe.
public struct WatchIndex: Sendable {
    /// Open addressing with linear probing; 0 marks a free slot. A fingerprint's home is its share of the table's
    /// length, so that any length will do and growing walks both tables in order.
    private var slots: [UInt64]
    private let hash: SipHash
    /// The number of different fingerprints held.
    public private(set) var count = 0

    /// An empty index with room for `capacity` keys. `secret` is 128 random bits, new in every process.
    public init(secret: (UInt64, UInt64), capacity: Int = 0) {
        hash = SipHash(key: secret)
        slots = Self.emptyTable(Self.slots(for: capacity))
    }

    /// Makes room for `capacity` keys in all, so that loading them does not grow the table step by step.
    public mutating func reserveCapacity(_ capacity: Int) {
        let needed = Self.slots(for: capacity)
        if needed > slots.count { resize(to: needed) }
    }

    /// Adds a key; returns false when its fingerprint was there.
    @discardableResult
    public mutating func insert(_ key: WatchKey) -> Bool {
        if count >= Self.capacity(of: slots.count) { resize(to: slots.count / 2 * 3) }
        guard place(fingerprint(of: key)) else { return false }
        count += 1
        return true
    }

    /// False when the key was never inserted; true when it was, or, once in some 2⁶⁴ ÷ `count` cases, by chance.
    public func mayContain(_ key: WatchKey) -> Bool {
        holds(fingerprint(of: key))
    }

    /// The indices in `block.transfers` of those that may pay a watched key, ascending.
    ///
    /// All recipients are hashed first and all home slots read next, without a decision between two reads: the reads
    /// miss the cache, and so overlap instead of waiting for each other.
    public func hits(in block: Block) -> [Int] {
        guard count > 0 else { return [] }
        let fingerprints = block.transfers.map { fingerprint(of: $0.recipient) }
        let homes = fingerprints.map { slots[home(of: $0)] }
        return fingerprints.indices.filter { homes[$0] != 0 && holds(fingerprints[$0]) }
    }

    func fingerprint(of key: WatchKey) -> UInt64 {
        let input = key.hashInput
        let value = hash.hash(input.words, length: input.length)
        return value == 0 ? 1 : value
    }

    private func home(of fingerprint: UInt64) -> Int {
        Int(truncatingIfNeeded: fingerprint.multipliedFullWidth(by: UInt64(slots.count)).high)
    }

    private func holds(_ fingerprint: UInt64) -> Bool {
        var slot = home(of: fingerprint)
        while slots[slot] != 0 {
            if slots[slot] == fingerprint { return true }
            slot += 1
            if slot == slots.count { slot = 0 }
        }
        return false
    }

    /// Puts a fingerprint into its slot; false when it is there already. There is always a free slot.
    private mutating func place(_ fingerprint: UInt64) -> Bool {
        var slot = home(of: fingerprint)
        while slots[slot] != 0 {
            if slots[slot] == fingerprint { return false }
            slot += 1
            if slot == slots.count { slot = 0 }
        }
        slots[slot] = fingerprint
        return true
    }

    private mutating func resize(to length: Int) {
        let old = slots
        slots = Self.emptyTable(length)
        for fingerprint in old where fingerprint != 0 { _ = place(fingerprint) }
    }

    /// How many keys a table of this length takes: at most six slots in ten are filled.
    private static func capacity(of length: Int) -> Int {
        length / 5 * 3
    }

    private static func slots(for capacity: Int) -> Int {
        max(64, (max(0, capacity) + 2) / 3 * 5 + 5)
    }
}
