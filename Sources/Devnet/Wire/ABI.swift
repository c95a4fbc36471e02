internal import Hashing

/// Calls and results of contracts (Solidity's contract ABI).
enum ABI {
    /// 32 bytes.
    struct Word: Sendable {
        let bytes: [UInt8]

        init(_ number: UInt128) {
            bytes =
                [UInt8](repeating: 0, count: 16)
                + (0..<16).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }

        init(_ address: Address) {
            bytes = [UInt8](repeating: 0, count: 12) + address.payload
        }
    }

    /// keccak-256 of an event's signature: its first topic.
    static func topic(_ signature: String) -> [UInt8] { Keccak256.digest(Array(signature.utf8)).bytes }

    /// The first four bytes of a call.
    static func selector(_ signature: String) -> [UInt8] { Array(topic(signature).prefix(4)) }

    static func call(_ signature: String, _ arguments: [Word]) -> [UInt8] {
        selector(signature) + arguments.flatMap(\.bytes)
    }

    /// A text as the only result.
    static func result(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let padding = [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
        return Word(32).bytes + Word(UInt128(bytes.count)).bytes + bytes + padding
    }
}
