import Bitcoin
import Hashing

/// A proof of merged mining made up in a test, right in all that is not altered.
struct BuiltAuxPoW {
    static let mark: [UInt8] = [0xfa, 0xbe, 0x6d, 0x6d]

    /// The siblings of the header's chain in the tree of chains.
    var chains: [[UInt8]] = [[UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32)]
    /// The chain's place in that tree; nil: where its number and the nonce put it.
    var chainIndex: UInt32?
    var chainNumber: UInt32 = 0x62
    var nonce: UInt32 = 7
    /// The size of the tree as the coinbase has it; nil: as it is.
    var size: UInt32?
    /// What stands in the coinbase before and after the root of the tree and what belongs to it.
    var prefix: [UInt8] = [3, 1, 2, 3] + mark
    var suffix: [UInt8] = [9, 9]
    /// Whether the root stands in the coinbase as it is printed.
    var isRootReversed = true
    /// What ends the script; nil: size, nonce and suffix.
    var tail: [UInt8]?
    /// The siblings of the coinbase in the parent's tree.
    var transactions: [[UInt8]] = [[UInt8](repeating: 3, count: 32)]
    var coinbaseIndex: UInt32 = 0
    /// A marker and witnesses of the coinbase.
    var isSegwit = false
    var parentVersion: UInt32 = 0x2000_0000
    /// The parent's Merkle root; nil: the one that its coinbase has.
    var parentRoot: [UInt8]?
    var meetsTarget = true

    /// The proof for the header with this hash.
    func bytes(for header: SHA256.Digest) -> [UInt8] {
        var coinbase = coinbase(for: header)
        let root = parentRoot ?? Self.root(coinbase.id.bytes, transactions, coinbaseIndex)
        let parent = BuiltBlock.mined(
            parentVersion.littleEndianBytes + [UInt8](repeating: 5, count: 32) + root
                + UInt32(1_700_000_000).littleEndianBytes + UInt32(0x207f_ffff).littleEndianBytes,
            by: .dogecoin, meetsTarget: meetsTarget)
        if isSegwit { (coinbase.marker, coinbase.witness) = ([0, 1], [1, 2, 0xaa, 0xbb]) }
        return coinbase.bytes + [UInt8](repeating: 6, count: 32)
            + Self.branch(transactions, coinbaseIndex) + Self.branch(chains, place) + parent
    }

    private func coinbase(for header: SHA256.Digest) -> BuiltTransaction {
        let root = Self.root(header.bytes, chains, place)
        let size = size ?? 1 << UInt32(chains.count)
        let script =
            prefix + (isRootReversed ? root.reversed() : root)
            + (tail ?? size.littleEndianBytes + nonce.littleEndianBytes + suffix)
        var coinbase = BuiltTransaction.coinbase()
        coinbase.inputs[0].replaceSubrange(36..<39, with: [UInt8(script.count)] + script)
        return coinbase
    }

    /// As `CAuxPow::getExpectedIndex` has it, in numbers wide enough not to overflow.
    private var place: UInt32 {
        if let chainIndex { return chainIndex }
        var number = UInt64(nonce)
        number = (number * 1_103_515_245 + 12_345) & 0xffff_ffff
        number = (number + UInt64(chainNumber)) & 0xffff_ffff
        number = (number * 1_103_515_245 + 12_345) & 0xffff_ffff
        return UInt32(number % (1 << UInt64(min(chains.count, 30))))
    }

    private static func branch(_ siblings: [[UInt8]], _ index: UInt32) -> [UInt8] {
        [UInt8(siblings.count)] + siblings.flatMap(\.self) + index.littleEndianBytes
    }

    private static func root(_ leaf: [UInt8], _ siblings: [[UInt8]], _ index: UInt32) -> [UInt8] {
        var node = leaf
        for (level, sibling) in siblings.enumerated() {
            let isRight = level < 32 && index >> UInt32(level) & 1 == 1
            node = SHA256.doubleDigest(isRight ? sibling + node : node + sibling).bytes
        }
        return node
    }
}
