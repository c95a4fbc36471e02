/// When a block was made, as a node gives it: whatever is read of a node's answer becomes one of these first. What is out of
/// range no calendar and no database holds, and the answer that has it is malformed.
public struct BlockTime: Hashable, Sendable {
    /// Up to the last second of the year 9999.
    public static let range: ClosedRange<Int64> = 0...253_402_300_799

    /// Since 1970.
    public let seconds: Int64

    /// - Parameter seconds: since 1970.
    public init(seconds: some BinaryInteger) throws(DecodeError) {
        guard let value = Int64(exactly: seconds), Self.range.contains(value) else {
            throw DecodeError(.malformed, "\(seconds) seconds after 1970 is outside the range of a block time")
        }
        self.seconds = value
    }

    /// - Parameter milliseconds: since 1970; what is less than a second is left out.
    public init(milliseconds: some BinaryInteger) throws(DecodeError) {
        guard milliseconds >= 0 else {
            throw DecodeError(
                .malformed, "\(milliseconds) milliseconds after 1970 is outside the range of a block time")
        }
        try self.init(seconds: milliseconds / 1_000)
    }
}

extension Header {
    /// Of what a node says.
    public init(reference: BlockReference, parent: Hash256, time: BlockTime, work: UInt128) {
        self.init(reference: reference, parent: parent, time: time.seconds, work: work)
    }
}
