/// The version of a node's software: numbers between points, compared one after the other.
public struct NodeVersion: Hashable, Sendable {
    private let numbers: [Int]

    /// Of a text such as `0.21.5.6`; nil when it is no one to four numbers between points.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.count <= 9 && part.allSatisfy(\.isASCII) ? UInt32(part) : nil }
        guard (1...4).contains(parts.count), numbers.count == parts.count else { return nil }
        self.numbers = numbers.map(Int.init)
    }
}

extension NodeVersion: Comparable {
    public static func < (left: NodeVersion, right: NodeVersion) -> Bool {
        let count = max(left.numbers.count, right.numbers.count)
        func padded(_ version: NodeVersion) -> [Int] {
            version.numbers + Array(repeating: 0, count: count - version.numbers.count)
        }
        return padded(left).lexicographicallyPrecedes(padded(right))
    }
}

extension NodeVersion: CustomStringConvertible {
    public var description: String { numbers.map(String.init).joined(separator: ".") }
}
