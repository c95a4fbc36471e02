/// The 32 bytes that name a block or a transaction, in the order in which explorers and nodes print them.
///
/// The Bitcoin family hashes to the reverse of that order; its adapter turns the bytes round once, so that here,
/// in the database and in every message the same hash is the same bytes.
public struct Hash256: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash with these 32 bytes; nil for any other number of bytes.
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount == 32 else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// The hash with these 32 bytes; nil for any other number of bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        self.init(Array(bytes).span.bytes)
    }

    /// The hash whose bytes are those of the four words, most significant first.
    public init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    /// The hash written as 64 hex digits; nil for any other text.
    public init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes, in printing order.
    public var bytes: [UInt8] {
        let memory = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        return withUnsafeBytes(of: memory) { Array($0) }
    }

    public static func == (left: Hash256, right: Hash256) -> Bool {
        left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Hash256: CustomStringConvertible {
    /// 64 lower-case hex digits.
    public var description: String { Hex.encode(bytes) }
}
