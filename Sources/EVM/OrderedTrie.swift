internal import Chain
internal import Hashing

/// The root of the Merkle-Patricia trie that has the items of a list under their indices: what a header commits to
/// transactions, receipts and withdrawals with (Yellow Paper, appendix D).
///
/// The keys, RLP of the indices, are known beforehand and none begins another. So each node is built once, from its
/// range of the sorted keys, and nothing is stored: no nodes, and no copy of the items but one at a time.
struct OrderedTrie {
    /// A key as nibbles from the most significant bit on.
    private struct Key {
        let bits: UInt64
        let count: Int
        let index: Int

        /// RLP of `index`, which is below 2^32.
        init(_ index: Int) {
            self.index = index
            let size = (71 - UInt64(index).leadingZeroBitCount) / 8
            switch index {
            case 0: (bits, count) = (0x80 << 56, 2)
            case 1..<0x80: (bits, count) = (UInt64(index) << 56, 2)
            default:
                bits = UInt64(0x80 + size) << 56 | UInt64(index) << UInt64(56 - 8 * size)
                count = 2 + 2 * size
            }
        }

        func nibble(_ position: Int) -> UInt8 { UInt8(truncatingIfNeeded: bits >> UInt64(60 - 4 * position) & 15) }
    }

    private let keys: [Key]
    private let items: [Range<Int>]
    private let bytes: [UInt8]

    /// The root over the items, which lie in `bytes` at `items`.
    static func root(of items: [Range<Int>], in bytes: [UInt8]) -> Hash256 {
        let trie = OrderedTrie(
            keys: items.indices.map(Key.init).sorted { $0.bits < $1.bits }, items: items, bytes: bytes)
        var node = RLPEncoder()
        trie.encodeNode(of: trie.keys[...], depth: 0, to: &node)
        return Hash256(Keccak256.digest(node.bytes))
    }

    /// The node that has `keys`, which agree in their first `depth` nibbles.
    private func encodeNode(of keys: ArraySlice<Key>, depth: Int, to node: inout RLPEncoder) {
        guard let first = keys.first, let last = keys.last else { return node.append(0) }
        if keys.count == 1 {
            return node.list { node in
                node.append(path(of: first, from: depth, to: first.count, endsHere: true).span.bytes)
                node.append(bytes.span.bytes.extracting(items[first.index]))
            }
        }
        // Sorted: what the outermost two agree in, all do.
        var end = depth
        while first.nibble(end) == last.nibble(end) { end += 1 }
        guard end == depth else {
            return node.list { node in
                node.append(path(of: first, from: depth, to: end, endsHere: false).span.bytes)
                appendReference(to: keys, depth: end, to: &node)
            }
        }
        node.list { node in
            var rest = keys
            for nibble in UInt8(0)..<16 {
                let branch = rest.prefix { $0.nibble(depth) == nibble }
                rest = rest.dropFirst(branch.count)
                if branch.isEmpty { node.append(0) } else { appendReference(to: branch, depth: depth + 1, to: &node) }
            }
            // No key ends here.
            node.append(0)
        }
    }

    /// A node shorter than a hash stands itself where its hash would.
    private func appendReference(to keys: ArraySlice<Key>, depth: Int, to parent: inout RLPEncoder) {
        var node = RLPEncoder()
        encodeNode(of: keys, depth: depth, to: &node)
        if node.bytes.count < 32 {
            parent.append(encoded: node.bytes.span.bytes)
        } else {
            parent.append(Keccak256.digest(node.bytes).bytes.span.bytes)
        }
    }

    /// The hex-prefix encoding of a part of a key (appendix C).
    private func path(of key: Key, from start: Int, to end: Int, endsHere: Bool) -> [UInt8] {
        let flag: UInt8 = endsHere ? 0x20 : 0
        let isOdd = !(end - start).isMultiple(of: 2)
        var path = [isOdd ? flag | 0x10 | key.nibble(start) : flag]
        for position in stride(from: isOdd ? start + 1 : start, to: end, by: 2) {
            path.append(key.nibble(position) << 4 | key.nibble(position + 1))
        }
        return path
    }
}

extension Hash256 {
    init(_ digest: Keccak256.Digest) {
        let words = digest.bigEndianWords
        self.init(words.0, words.1, words.2, words.3)
    }
}
