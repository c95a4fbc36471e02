import Chain
import Hashing
import Testing

@testable import EVM

/// Against the Python package trie, which builds the trie node by node.
@Suite struct OrderedTrieTests {
    private func item(_ index: Int, _ scale: Int) -> [UInt8] {
        let count = scale > 0 ? (index * index * scale) % 97 + 1 : index % 3 + 1
        return (0..<count).map { UInt8(truncatingIfNeeded: index + $0 * 13) }
    }

    private func root(_ items: [[UInt8]]) -> Hash256 {
        var ranges: [Range<Int>] = []
        var bytes: [UInt8] = []
        for item in items {
            ranges.append(bytes.count..<bytes.count + item.count)
            bytes += item
        }
        return OrderedTrie.root(of: ranges, in: bytes)
    }

    /// Keys of one to three bytes, nodes that stand in place of their hash, branches that are full and nearly empty.
    @Test(arguments: [
        (0, "24a891314d4cab722838ff1e3ff14bf1c403db93eb45529b9964f992f1bafffa"),
        (1, "fa01f20ae8b5f4e1171f6aaa9f162e1c740179a20785e213853252e338509f94"),
        (5, "a00868c4285821e513961e7e5fe60eddadb3b941345f50ea2e6c204a32b9a1d5"),
    ])
    func `roots of up to 600 items`(scale: Int, expected: String) {
        let roots = (Array(0..<140) + [255, 256, 257, 300, 600]).flatMap { count in
            root((0..<count).map { item($0, scale) }).bytes
        }
        #expect(Hex.encode(Keccak256.digest(roots).bytes) == expected)
    }

    @Test func `the trie of nothing`() {
        let expected = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
        #expect(root([]).description == expected)
    }
}
