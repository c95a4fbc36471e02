/// An amount as chains carry it: base units, 256 bits wide, no arithmetic. `Payments` turns the few that matter into
/// its own amounts.
public struct UInt256: Hashable, Sendable {
    public let high: UInt128
    public let low: UInt128

    public init(high: UInt128, low: UInt128) {
        self.high = high
        self.low = low
    }

    public init(_ low: UInt64) {
        self.init(high: 0, low: UInt128(low))
    }

    public var isZero: Bool { high == 0 && low == 0 }

    /// Of at most 32 bytes.
    public init(bigEndian bytes: RawSpan) {
        var (high, low) = (UInt128(0), UInt128(0))
        for index in 0..<bytes.byteCount {
            high = high << 8 | low >> 120
            low = low << 8 | UInt128(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
        self.init(high: high, low: low)
    }
}
