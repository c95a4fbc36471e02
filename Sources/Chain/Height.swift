/// A block's number as a node gives it: whatever is read of a node's answer becomes one of these first, so that no sum or
/// difference of heights can overflow. What is out of range is not a height, and the answer that has it is malformed.
public struct Height: Hashable, Sendable {
    /// A chain with a block every 0.1 s gets beyond it in 3,500 years.
    public static let range: ClosedRange<Int64> = 0...(1 << 40)

    public let value: Int64

    public init(_ number: some BinaryInteger) throws(DecodeError) {
        guard let value = Int64(exactly: number), Self.range.contains(value) else {
            throw DecodeError(.malformed, "\(number) is outside the range of a block height")
        }
        self.value = value
    }
}

extension Height: Decodable {
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(Int64.self))
    }
}

extension BlockReference {
    /// Of what a node says.
    public init(height: Height, hash: Hash256) {
        self.init(height: height.value, hash: hash)
    }
}
