internal import Hashing

/// The tree over a block's transaction ids whose root the header commits to.
enum MerkleTree {
    /// The root over `leaves`, of which there must be one; nil when two equal nodes stand side by side. A level with
    /// an odd number of nodes has its last one doubled, so a list that repeats its own end has the root of the list
    /// without the repetition: other transactions under the same header (CVE-2012-2459).
    static func root(of leaves: consuming [SHA256.Digest]) -> SHA256.Digest? {
        var nodes = leaves
        var count = nodes.count
        while count > 1 {
            for index in 0..<count / 2 where nodes[2 * index] == nodes[2 * index + 1] { return nil }
            if !count.isMultiple(of: 2) {
                if count == nodes.count { nodes.append(nodes[count - 1]) } else { nodes[count] = nodes[count - 1] }
                count += 1
            }
            count /= 2
            for index in 0..<count {
                nodes[index] = SHA256.doubleDigest(nodes.span.bytes.extracting(64 * index..<64 * (index + 1)))
            }
        }
        return nodes.first
    }

    /// The root over the leaf at `index`, by its branch: the siblings from the leaf up.
    static func root(over leaf: SHA256.Digest, at index: UInt32, siblings: [SHA256.Digest]) -> SHA256.Digest {
        var index = index
        return siblings.reduce(leaf) { node, sibling in
            defer { index >>= 1 }
            let pair = index & 1 == 0 ? [node, sibling] : [sibling, node]
            return SHA256.doubleDigest(pair.span.bytes)
        }
    }
}
