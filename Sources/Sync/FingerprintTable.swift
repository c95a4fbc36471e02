internal import Glibc

/// A set of 64-bit fingerprints, none of them 0, in one flat array: open addressing with linear probing, 0 for a free
/// slot. A fingerprint's home is its share of the array's length, so that any length will do and growing walks both
/// arrays in order.
struct FingerprintTable: Sendable {
    /// There is always a free one.
    private var slots: [UInt64] = [0]
    /// The number of slots. The array has it too, but next to the slots: reading it there would be a cache miss more.
    private var length = 1
    private var count = 0

    /// Makes room for `capacity` fingerprints in all.
    mutating func reserveCapacity(_ capacity: Int) {
        let needed = capacity / 3 * 5 + 8
        if needed > slots.count { resize(to: needed) }
    }

    /// Puts a fingerprint into its slot; false when it is there already.
    mutating func insert(_ fingerprint: UInt64) -> Bool {
        // At most six slots in ten are filled: with more, a search for what is not there gets long.
        if count >= slots.count / 5 * 3 { resize(to: slots.count / 4 * 5 + 8) }
        guard place(fingerprint) else { return false }
        count += 1
        return true
    }

    func contains(_ fingerprint: UInt64) -> Bool {
        var slot = home(of: fingerprint)
        while slots[slot] != 0 {
            if slots[slot] == fingerprint { return true }
            slot += 1
            if slot == slots.count { slot = 0 }
        }
        return false
    }

    /// What is in the first slot that is searched for a fingerprint; 0 says that it is not there.
    func first(for fingerprint: UInt64) -> UInt64 {
        slots.withUnsafeBufferPointer { $0.baseAddress.unsafelyUnwrapped[home(of: fingerprint)] }
    }

    private func home(of fingerprint: UInt64) -> Int {
        Int(truncatingIfNeeded: fingerprint.multipliedFullWidth(by: UInt64(length)).high)
    }

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
        self.length = length
        slots = Self.emptySlots(length)
        for fingerprint in old where fingerprint != 0 { _ = place(fingerprint) }
    }

    /// Free slots, in huge pages where the kernel grants them: with small ones nearly every probe of a large table also
    /// misses the TLB.
    private static func emptySlots(_ length: Int) -> [UInt64] {
        Array(unsafeUninitializedCapacity: length) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            if bytes.count >= 2 << 20, let start = bytes.baseAddress?.alignedUp(toMultipleOf: 4_096) {
                // A hint: when it is refused the table works all the same.
                madvise(start, bytes.count - 4_096, MADV_HUGEPAGE)
            }
            buffer.initialize(repeating: 0)
            count = length
        }
    }
}
