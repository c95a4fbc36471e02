internal import Hashing

/// The tree of a block's transactions, as java-tron's MerkleTree: single SHA-256, and what is left over without a
/// neighbor goes up as it is.
enum MerkleTree {
    /// 32 zeros for no leaves.
    static func root(of leaves: [[UInt8]]) -> [UInt8] {
        var level = leaves
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                index + 1 < level.count ? SHA256.digest(level[index] + level[index + 1]).bytes : level[index]
            }
        }
        return level.first ?? [UInt8](repeating: 0, count: 32)
    }
}
