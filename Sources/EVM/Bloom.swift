internal import Hashing

/// The 2048 bits that tell which addresses and topics the logs of a receipt or a block may have (Yellow Paper §4.3.1).
struct Bloom: Equatable {
    /// Most significant first.
    private var words = [UInt64](repeating: 0, count: 32)

    /// The bloom in 256 bytes, as a header has it.
    init(_ bytes: RawSpan) {
        for index in words.indices {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
            words[index] = UInt64(bigEndian: word)
        }
    }

    init() {}

    /// Adds a log's address or one of its topics: three bits, of eleven bits of its hash each.
    mutating func insert(_ bytes: RawSpan) {
        let hash = Keccak256.digest(bytes).bigEndianWords.0
        for shift in [UInt64(48), 32, 16] {
            let bit = hash >> shift & 2047
            words[Int(31 - bit / 64)] |= 1 << (bit % 64)
        }
    }

    mutating func formUnion(_ other: Bloom) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    var bytes: [UInt8] {
        words.flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }
}
