import Chain
import TestSupport

/// Made-up watched addresses: P2WPKH scripts that stand for numbers.
enum WatchedAddresses {
    /// The output script of address `number`; different numbers have different ones.
    static func key(_ number: Int) -> WatchKey {
        var random = SplitMix64(seed: UInt64(number))
        let words = (random.next(), random.next(), UInt64(number))
        var script = [22 of UInt8](repeating: 0)
        script[1] = 20
        for index in 0..<8 {
            let shift = UInt64(8 * index)
            script[2 + index] = UInt8(truncatingIfNeeded: words.0 >> shift)
            script[10 + index] = UInt8(truncatingIfNeeded: words.1 >> shift)
            if index < 4 { script[18 + index] = UInt8(truncatingIfNeeded: words.2 >> shift) }
        }
        return WatchKey(script.span.bytes)!
    }
}
