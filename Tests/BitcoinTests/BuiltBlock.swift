import Bitcoin
import Chain
import Hashing

/// A block of a regtest, Bitcoin's unless told otherwise, made up in a test: its Merkle root and its proof of work are
/// right, whatever else is wrong with it.
struct BuiltBlock {
    static let parameters = ChainParameters(coin: .bitcoin, chain: .regtest)!

    var coin = Coin.bitcoin
    var version: UInt32 = 4
    /// Nil: some block.
    var parent: Hash256?
    /// Another chain's work in place of the block's own.
    var proof: BuiltAuxPoW?
    var transactions: [BuiltTransaction] = [.coinbase()]
    /// The leaves that the root is made of; nil: the transactions' ids.
    var leaves: [SHA256.Digest]?
    var bits: UInt32 = 0x207f_ffff
    /// How the number of transactions is written; nil: as it should be.
    var count: [UInt8]?
    var trailing: [UInt8] = []

    var bytes: [UInt8] {
        serializedHeader + (count ?? [UInt8(transactions.count)]) + transactions.flatMap(\.bytes) + trailing
    }

    /// With the proof of another chain's work.
    var serializedHeader: [UInt8] {
        let header = header
        return header + (proof?.bytes(for: SHA256.doubleDigest(header)) ?? [])
    }

    var hash: Hash256 {
        Hash256(SHA256.doubleDigest(header).bytes.reversed())!
    }

    var parameters: ChainParameters { ChainParameters(coin: coin, chain: .regtest)! }

    /// Dash's blocks are read under a name that is not theirs: nobody here can tell.
    func decode() throws -> BlockContents {
        try BlockDecoder(parameters).contents(of: bytes, named: coin == .dash ? hash : nil)
    }

    var header: [UInt8] {
        let start =
            version.littleEndianBytes + (parent?.bytes.reversed() ?? [UInt8](repeating: 7, count: 32))
            + Self.root(of: leaves ?? transactions.map(\.id)) + UInt32(1_700_000_000).littleEndianBytes
            + bits.littleEndianBytes
        if coin == .dash || proof != nil { return start + UInt32(0).littleEndianBytes }
        return Self.mined(start, by: coin)
    }

    /// A header that begins with these 76 bytes and meets regtest's target, or does not, which half of all do.
    static func mined(_ start: [UInt8], by coin: Coin, meetsTarget: Bool = true) -> [UInt8] {
        for nonce in UInt32(0)... {
            let header = start + nonce.littleEndianBytes
            let number =
                switch coin {
                case .litecoin, .dogecoin: Scrypt.proofOfWork(of: header.span.bytes)!
                case .bitcoin, .bitcoinCash, .dash: SHA256.doubleDigest(header)
                }
            if (number.bytes[31] < 0x7f) == meetsTarget { return header }
        }
        return []
    }

    /// The textbook's Merkle root, repetitions and all.
    private static func root(of leaves: [SHA256.Digest]) -> [UInt8] {
        var level = leaves.map(\.bytes)
        while level.count > 1 {
            if !level.count.isMultiple(of: 2) { level.append(level[level.count - 1]) }
            level = stride(from: 0, to: level.count, by: 2).map {
                SHA256.doubleDigest(level[$0] + level[$0 + 1]).bytes
            }
        }
        return level[0]
    }
}

/// A transaction made up in a test, each part as the bytes that will stand in it.
struct BuiltTransaction {
    var version: UInt32 = 2
    var marker: [UInt8] = []
    var inputCount: [UInt8] = [1]
    var inputs: [[UInt8]]
    var outputs: [(value: UInt64, script: [UInt8])] = [(5_000, Self.script)]
    var witness: [UInt8] = []
    var lockTime: UInt32 = 0
    /// What follows the lock time of a special transaction, with its length.
    var payload: [UInt8]?

    static let script: [UInt8] = [0x76, 0xa9, 20] + [UInt8](repeating: 3, count: 20) + [0x88, 0xac]

    static func coinbase() -> BuiltTransaction {
        BuiltTransaction(inputs: [input(of: [UInt8](repeating: 0, count: 32), .max)])
    }

    static func spending(_ number: UInt8) -> BuiltTransaction {
        BuiltTransaction(inputs: [input(of: [UInt8](repeating: number, count: 32), 0)])
    }

    static func input(of transaction: [UInt8], _ index: UInt32) -> [UInt8] {
        transaction + index.littleEndianBytes + [2, 0x51, 0x51] + UInt32.max.littleEndianBytes
    }

    var bytes: [UInt8] {
        version.littleEndianBytes + marker + body + witness + lockTime.littleEndianBytes + tail
    }

    var id: SHA256.Digest {
        SHA256.doubleDigest(version.littleEndianBytes + body + lockTime.littleEndianBytes + tail)
    }

    /// The id as nodes print it.
    var hash: Hash256 {
        Hash256(id.bytes.reversed())!
    }

    /// A CompactSize of at most 16 bits.
    private static func size(_ count: Int) -> [UInt8] {
        count < 0xfd ? [UInt8(count)] : [0xfd] + UInt16(count).littleEndianBytes
    }

    private var tail: [UInt8] { payload.map { Self.size($0.count) + $0 } ?? [] }

    private var body: [UInt8] {
        inputCount + inputs.flatMap(\.self) + [UInt8(outputs.count)]
            + outputs.flatMap { $0.value.littleEndianBytes + Self.size($0.script.count) + $0.script }
    }
}

extension FixedWidthInteger {
    var littleEndianBytes: [UInt8] {
        withUnsafeBytes(of: littleEndian) { Array($0) }
    }
}
