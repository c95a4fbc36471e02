extension SHA256 {
    /// The 32 bytes that SHA-256 gives, held inline.
    public struct Digest: Hashable, Sendable, BitwiseCopyable {
        // As they lie in memory, so that an array of digests is the concatenation of their bytes.
        private var memory: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

        init() {}

        /// The digest with these 32 bytes; nil for any other number of bytes.
        public init?(_ bytes: RawSpan) {
            guard bytes.byteCount == 32 else { return nil }
            memory = bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: (UInt64, UInt64, UInt64, UInt64).self)
        }

        /// The bytes as four numbers, least significant byte first.
        public var littleEndianWords: (UInt64, UInt64, UInt64, UInt64) {
            (
                UInt64(littleEndian: memory.0), UInt64(littleEndian: memory.1),
                UInt64(littleEndian: memory.2), UInt64(littleEndian: memory.3)
            )
        }

        public var bytes: [UInt8] {
            withUnsafeBytes(of: memory) { Array($0) }
        }

        mutating func withUnsafeMutableBytes(_ body: (UnsafeMutableRawBufferPointer) -> Void) {
            Swift.withUnsafeMutableBytes(of: &memory, body)
        }

        public static func == (left: Digest, right: Digest) -> Bool {
            left.memory == right.memory
        }

        public func hash(into hasher: inout Hasher) {
            withUnsafeBytes(of: memory) { hasher.combine(bytes: $0) }
        }
    }
}
