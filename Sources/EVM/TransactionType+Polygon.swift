internal import Chain
internal import Hashing

/// What comes from Ethereum to Polygon, at most once in sixteen blocks, at a block's end: tokens by its logs, and POL, which
/// no log of a token tells of.
extension TransactionType {
    /// Since Madhugiri (PIP-74, 2025): in both roots and in the bloom. Its list of what came is in no member of an answer;
    /// `eth_getRawTransactionByHash` has it (bor, `core/types/state_sync_tx.go`).
    static let polygonStateSync = TransactionType(number: 0x7F, fields: [], isOpaque: true)

    /// Before that, listed as if it had no type, and all its fields zero: outside roots and bloom.
    static let polygonStateSyncUnrooted = TransactionType(
        number: nil, fields: [], isOpaque: true, isOutsideRoots: true)

    /// The hash that the one of before Madhugiri has in a block (bor, `core/types/bor_receipt.go`).
    static func polygonStateSyncHash(in block: BlockReference) -> Hash256 {
        var bytes = Array("matic-bor-receipt-".utf8)
        withUnsafeBytes(of: block.height.bigEndian) { bytes.append(contentsOf: $0) }
        bytes += Hex.decode(block.hash.description) ?? []
        return Hash256(Keccak256.digest(bytes))
    }
}
