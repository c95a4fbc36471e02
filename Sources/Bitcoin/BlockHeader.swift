public import Chain
internal import Hashing

/// A header as a node serialises it, its proof of work checked.
public struct BlockHeader: Sendable {
    static let size = 80

    public let hash: Hash256
    public let parent: Hash256
    /// Seconds since 1970.
    public let time: UInt32
    let merkleRoot: SHA256.Digest
    let target: Target

    /// Reads the header that begins at `offset`.
    init(_ bytes: RawSpan, at offset: inout Int, on parameters: ChainParameters) throws(DecodeError) {
        let start = offset
        try bytes.skip(Self.size, &offset)
        let header = bytes.extracting(start..<offset)
        var field = 4
        parent = Hash256(littleEndian: header.digest(&field))
        merkleRoot = header.digest(&field)
        time = try header.readUInt32(&field)
        let bits = try header.readUInt32(&field)
        hash = Hash256(littleEndian: SHA256.doubleDigest(header))
        guard let target = Target(bits: bits), target <= parameters.limit else {
            throw DecodeError(
                .malformed, "header \(hash): its target 0x\(String(bits, radix: 16)) is none that the chain allows")
        }
        self.target = target
        guard let proof = parameters.coin.proofOfWork(of: header), target.isMet(by: proof) else {
            throw DecodeError(.malformed, "header \(hash): there is no proof of work for its target")
        }
    }

    /// The header as the engine knows it. A header does not tell its own height.
    public func header(at height: Int64) -> Header {
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
