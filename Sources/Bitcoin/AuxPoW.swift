internal import Chain
internal import Hashing

/// Another chain's proof of work standing in for a header's own: that work was done for a block of the parent chain,
/// whose coinbase commits to the header. It follows the header's 80 bytes and is not a part of the block's hash.
///
/// The rules are those of Dogecoin Core's `CAuxPow::check` (`src/auxpow.cpp`). What the parent's coinbase pays, and
/// whether the parent is a block of any chain, is of no concern.
struct AuxPoW {
    /// A branch of a Merkle tree as it is serialized: siblings from the leaf up, and the leaf's place.
    private struct Branch {
        let siblings: [SHA256.Digest]
        let index: UInt32

        init(_ bytes: RawSpan, at offset: inout Int) throws(DecodeError) {
            let count = try bytes.readCount(&offset, ofAtLeast: AuxPoW.hashSize)
            var siblings: [SHA256.Digest] = []
            for _ in 0..<count { siblings.append(bytes.digest(&offset)) }
            self.siblings = siblings
            index = try bytes.readUInt32(&offset)
        }

        func root(over leaf: SHA256.Digest) -> SHA256.Digest {
            MerkleTree.root(over: leaf, at: index, siblings: siblings)
        }
    }

    /// Dogecoin's number among the merge-mined chains.
    static let chain: Int32 = 0x62
    private static let hashSize = 32
    /// Levels that the tree of chains may have.
    private static let maximumDepth = 30
    /// What stands before the root of the tree of chains in the parent's coinbase.
    private static let mark: [UInt8] = [0xfa, 0xbe, 0x6d, 0x6d]

    /// Where the parent's header is.
    let parent: Range<Int>
    private let coinbase: ParentCoinbase
    private let inBlock: Branch
    private let amongChains: Branch
    private let parentVersion: Version
    private let parentRoot: SHA256.Digest

    /// Reads the proof that begins at `offset`.
    init(_ bytes: RawSpan, at offset: inout Int) throws(DecodeError) {
        coinbase = try ParentCoinbase(bytes, at: &offset)
        // The parent's hash, which is not looked at: its header follows.
        try bytes.skip(Self.hashSize, &offset)
        inBlock = try Branch(bytes, at: &offset)
        amongChains = try Branch(bytes, at: &offset)
        let start = offset
        try bytes.skip(BlockHeader.size, &offset)
        parent = start..<offset
        var field = start
        parentVersion = Version(rawValue: try bytes.readUInt32(&field))
        field += Self.hashSize
        parentRoot = bytes.digest(&field)
    }

    /// Throws unless the parent commits to the header `hash` of chain `chain`, in the one place where it may. The
    /// parent's work is not looked at.
    func check(for hash: SHA256.Digest, of chain: Int32, on parameters: ChainParameters) throws(DecodeError) {
        guard inBlock.index == 0 else { throw Self.isWrong("is not about a coinbase") }
        guard !parameters.isChainStrict || parentVersion.chain != chain else {
            throw Self.isWrong("has a parent of the same chain")
        }
        let depth = amongChains.siblings.count
        guard depth <= Self.maximumDepth else { throw Self.isWrong("has a tree of \(depth) levels") }
        guard inBlock.root(over: coinbase.id) == parentRoot else {
            throw Self.isWrong("has a coinbase that is not its parent's")
        }
        // In the coinbase the root stands as it is printed, unlike everywhere else.
        let root = Array(amongChains.root(over: hash).bytes.reversed())
        let script = coinbase.script
        guard let place = script.firstRange(of: root) else { throw Self.isWrong("does not commit to the header") }
        // One root alone, so that the same work does not count twice: after the only mark, or near the beginning.
        if let mark = script.firstRange(of: Self.mark) {
            guard script[(mark.lowerBound + 1)...].firstRange(of: Self.mark) == nil else {
                throw Self.isWrong("has several marks of merged mining")
            }
            guard mark.upperBound == place.lowerBound else { throw Self.isWrong("has its mark in another place") }
        } else if place.lowerBound > 20 {
            throw Self.isWrong("has no mark of merged mining")
        }
        // Then the size of the tree of chains, and a nonce that with the chain's number gives the chain's place in it.
        let rest = script[place.upperBound...]
        guard rest.count >= 8 else { throw Self.isWrong("does not tell the size of its tree") }
        guard Self.number(rest.prefix(4)) == 1 << UInt32(depth) else {
            throw Self.isWrong("has a tree of another size")
        }
        let nonce = Self.number(rest.dropFirst(4).prefix(4))
        guard amongChains.index == Self.place(of: chain, nonce: nonce, depth: depth) else {
            throw Self.isWrong("has the header in another chain's place")
        }
    }

    /// Where a chain has to stand in the tree of chains: a pseudo-random number, so that chains seldom meet in one.
    static func place(of chain: Int32, nonce: UInt32, depth: Int) -> UInt32 {
        func step(_ number: UInt32) -> UInt32 { number &* 1_103_515_245 &+ 12_345 }
        return step(step(nonce) &+ UInt32(bitPattern: chain)) % (1 << UInt32(depth))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func isWrong(_ what: String) -> DecodeError {
        DecodeError(.malformed, "the proof of merged mining \(what)")
    }
}

extension AuxPoW {
    /// A header's version where chains are merge-mined (`src/primitives/pureheader.h`).
    struct Version: RawRepresentable {
        let rawValue: UInt32

        var chain: Int32 { Int32(bitPattern: rawValue) >> 16 }
        var isMergeMined: Bool { rawValue & 0x100 != 0 }
        /// One from before chains had numbers.
        var isLegacy: Bool { rawValue == 1 || rawValue == 2 }
    }
}
