import Bitcoin
import Chain
import Hashing

/// A block of Bitcoin's regtest, made up in a test: its Merkle root and its proof of work are right, whatever else is
/// wrong with it.
struct BuiltBlock {
    static let parameters = ChainParameters(coin: .bitcoin, chain: .regtest)!

    var transactions: [BuiltTransaction] = [.coinbase()]
    /// The leaves that the root is made of; nil: the transactions' ids.
    var leaves: [SHA256.Digest]?
    var bits: UInt32 = 0x207f_ffff
    /// How the number of transactions is written; nil: as it should be.
    var count: [UInt8]?
    var trailing: [UInt8] = []

    var bytes: [UInt8] {
        header + (count ?? [UInt8(transactions.count)]) + transactions.flatMap(\.bytes) + trailing
    }

    var hash: Hash256 {
        Hash256(SHA256.doubleDigest(header).bytes.reversed())!
    }

    func decode() throws -> BlockContents {
        try BlockDecoder(Self.parameters).contents(of: bytes)
    }

    private var header: [UInt8] {
        let start =
            UInt32(4).littleEndianBytes + [UInt8](repeating: 7, count: 32)
            + Self.root(of: leaves ?? transactions.map(\.id)) + UInt32(1_700_000_000).littleEndianBytes
            + bits.littleEndianBytes
        // Half of all numbers meet regtest's target: the top bit must be clear.
        for nonce in UInt32(0)... {
            let header = start + nonce.littleEndianBytes
            if SHA256.doubleDigest(header).bytes[31] < 0x7f { return header }
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
        version.littleEndianBytes + marker + body + witness + lockTime.littleEndianBytes
    }

    var id: SHA256.Digest {
        SHA256.doubleDigest(version.littleEndianBytes + body + lockTime.littleEndianBytes)
    }

    /// The id as nodes print it.
    var hash: Hash256 {
        Hash256(id.bytes.reversed())!
    }

    private var body: [UInt8] {
        inputCount + inputs.flatMap(\.self) + [UInt8(outputs.count)]
            + outputs.flatMap { $0.value.littleEndianBytes + [UInt8($0.script.count)] + $0.script }
    }
}

extension FixedWidthInteger {
    var littleEndianBytes: [UInt8] {
        withUnsafeBytes(of: littleEndian) { Array($0) }
    }
}
