public import Chain
internal import Hashing

/// A header as a node serializes it, its proof of work checked where the coin allows that (`Coin.provesHeaders`).
public struct BlockHeader: Sendable {
    /// Without a proof of another chain's work, which may follow.
    static let size = 80

    public let hash: Hash256
    public let parent: Hash256
    /// Seconds since 1970.
    public let time: UInt32
    let merkleRoot: SHA256.Digest
    let target: Target

    /// Reads the header that begins at `offset`, and the proof of another chain's work if it has one.
    ///
    /// - Parameter name: the hash of the block that was asked for; nil where any block will do. A header of a coin that
    ///   does not prove its headers needs one, and that it is the header's is then the node's word.
    init(
        _ bytes: RawSpan, at offset: inout Int, named name: Hash256?, on parameters: ChainParameters
    ) throws(DecodeError) {
        let start = offset
        try bytes.skip(Self.size, &offset)
        let header = bytes.extracting(start..<offset)
        var field = 0
        let version = try header.readUInt32(&field)
        parent = Hash256(littleEndian: header.digest(&field))
        merkleRoot = header.digest(&field)
        time = try header.readUInt32(&field)
        let bits = try header.readUInt32(&field)
        let coin = parameters.coin
        let digest = SHA256.doubleDigest(header)
        guard let hash = coin.provesHeaders ? Hash256(littleEndian: digest) : name else {
            throw DecodeError(.malformed, "a header of \(coin.rawValue) does not tell which block it is of")
        }
        self.hash = hash
        guard hash == name ?? hash else {
            throw DecodeError(.malformed, "the block is \(hash), asked for was \(name ?? hash)")
        }
        guard let target = Target(bits: bits), target <= parameters.limit else {
            throw DecodeError(
                .malformed, "header \(hash): its target 0x\(String(bits, radix: 16)) is none that the chain allows")
        }
        self.target = target
        guard coin.provesHeaders else { return }
        var proof = header
        if coin.isMergeMined {
            let version = AuxPoW.Version(rawValue: version)
            guard version.isLegacy || version.chain == AuxPoW.chain || !parameters.isChainStrict else {
                throw DecodeError(.malformed, "header \(hash): it is one of the merge-mined chain \(version.chain)")
            }
            if version.isMergeMined {
                let work = try AuxPoW(bytes, at: &offset)
                try work.check(for: digest, of: version.chain, on: parameters)
                proof = bytes.extracting(work.parent)
            }
        }
        guard let number = coin.proofOfWork(of: proof), target.isMet(by: number) else {
            throw DecodeError(.malformed, "header \(hash): there is no proof of work for its target")
        }
    }

    /// The header as the engine knows it. A header does not tell its own height.
    public func header(at height: Int64) -> Header {
        // 32 bits hold no time that is out of range.
        Header(
            reference: BlockReference(height: height, hash: hash), parent: parent, time: Int64(time), work: target.work)
    }
}

extension Hash256 {
    /// The hash whose bytes are those of `digest` in reverse: the family prints hashes as little-endian numbers.
    init(littleEndian digest: SHA256.Digest) {
        let words = digest.littleEndianWords
        self.init(words.3, words.2, words.1, words.0)
    }
}
