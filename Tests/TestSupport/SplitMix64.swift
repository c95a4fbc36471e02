/// Steele, Lea and Flood's SplitMix64: the same seed, the same numbers.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// 0 to `end` − 1.
    public mutating func number(below end: Int) -> Int { Int.random(in: 0..<end, using: &self) }

    /// True this often in a hundred.
    public mutating func chance(_ percent: Int) -> Bool { number(below: 100) < percent }
}
