import Bitcoin
import Chain
import Hashing
import TestSupport

/// A block of Bitcoin's regtest that resembles one of mainnet's of today: some 3,500 transactions in 1.7 MB, a coinbase,
/// mostly small payments, now and then a batch or a consolidation; key hashes, script hashes, segwit and taproot in
/// about the proportions of 2024. The same seed makes the same block.
struct MadeBlock {
    static let parameters = ChainParameters(coin: .bitcoin, chain: .regtest)!

    let bytes: [UInt8]

    init(seed: UInt64, transactions count: Int = 3_500) {
        var random = SplitMix64(seed: seed)
        var body = Self.compactSize(count)
        var ids: [SHA256.Digest] = []
        for position in 0..<count {
            let transaction = position == 0 ? MadeTransaction.coinbase(&random) : MadeTransaction(&random)
            body += transaction.bytes
            ids.append(SHA256.doubleDigest(transaction.stripped))
        }
        bytes = Self.header(over: ids) + body
    }

    var reference: BlockReference {
        let hash = SHA256.doubleDigest(Array(bytes[..<80])).bytes.reversed()
        return BlockReference(height: 1, hash: Hash256(Array(hash))!)
    }

    private static func header(over ids: [SHA256.Digest]) -> [UInt8] {
        var level = ids.map(\.bytes)
        while level.count > 1 {
            if !level.count.isMultiple(of: 2) { level.append(level[level.count - 1]) }
            level = stride(from: 0, to: level.count, by: 2).map {
                SHA256.doubleDigest(level[$0] + level[$0 + 1]).bytes
            }
        }
        let start =
            littleEndian(UInt32(4)) + [UInt8](repeating: 7, count: 32) + level[0] + littleEndian(UInt32(1_700_000_000))
            + littleEndian(UInt32(0x207f_ffff))
        // Half of all numbers meet regtest's target: the top bit must be clear.
        for nonce in UInt32(0)... {
            let header = start + littleEndian(nonce)
            if SHA256.doubleDigest(header).bytes[31] < 0x7f { return header }
        }
        return []
    }

    static func compactSize(_ count: Int) -> [UInt8] {
        count < 0xfd ? [UInt8(count)] : [0xfd] + littleEndian(UInt16(count))
    }

    static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
