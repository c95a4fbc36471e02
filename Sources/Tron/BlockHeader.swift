package import Chain
internal import Foundation
internal import Hashing
internal import SwiftProtobuf

/// A header as a node gives it, its id worked out anew.
struct BlockHeader {
    let header: Header
    /// Milliseconds since 1970.
    let timestamp: Int64
    let transactionsRoot: [UInt8]

    /// Reads the header out of a block, with transactions or without.
    init(_ block: AnswerObject) throws {
        let claimed = try block.requireHash("blockID")
        let raw = try block.object("block_header").object("raw_data")
        let message = try WireBlockHeader.raw(raw)
        let id = try message.id
        guard id == claimed else {
            let unknown = Set(raw.names).subtracting(WireBlockHeader.raw.names).sorted().prefix(8)
                .map(\.debugDescription)
            throw unknown.isEmpty
                ? DecodeError(.malformed, "header \(claimed): its fields hash to \(id)")
                : DecodeError(
                    .unknownFormat,
                    "header \(claimed) has \(unknown.joined(separator: ", ")), and without that it hashes to \(id)")
        }
        guard let parent = Hash256(message.parentHash), message.txTrieRoot.count == 32 else {
            throw DecodeError(.malformed, "header \(id): its parent or root can't be")
        }
        let (height, time): (Height, BlockTime)
        do throws(DecodeError) {
            (height, time) = (try Height(message.number), try BlockTime(milliseconds: message.timestamp))
        } catch { throw error.within("header \(id)") }
        // An id begins with its block's number, so that a parent of another height is seen at once. The genesis block
        // names something that is no block.
        guard height.value == 0 || parent.height == height.value - 1 else {
            throw DecodeError(.malformed, "header \(id): its parent \(parent) is not the block before it")
        }
        header = Header(
            reference: BlockReference(height: height, hash: id), parent: parent, time: time, work: 1)
        timestamp = message.timestamp
        transactionsRoot = [UInt8](message.txTrieRoot)
    }

    /// Of a block without transactions.
    var isEmpty: Bool { transactionsRoot.allSatisfy { $0 == 0 } }
}

extension WireBlockHeader.raw {
    /// What java-tron calls the fields.
    static let names: Set<String> = [
        "timestamp", "txTrieRoot", "parentHash", "number", "witness_id", "witness_address", "version",
        "accountStateRoot",
    ]

    init(_ object: AnswerObject) throws {
        self.init()
        timestamp = try object.integer("timestamp")
        txTrieRoot = Data(try object.bytes("txTrieRoot", max: 32))
        parentHash = Data(try object.bytes("parentHash", max: 32))
        number = try object.integer("number")
        witnessID = try object.integer("witness_id")
        // In the genesis block a sentence.
        witnessAddress = Data(try object.bytes("witness_address", max: 256))
        guard let version = Int32(exactly: try object.integer("version")) else {
            throw DecodeError(.malformed, "version is not a number of 32 bits")
        }
        self.version = version
        accountStateRoot = Data(try object.bytes("accountStateRoot", max: 32))
    }

    /// The SHA-256 of the message, its first eight bytes replaced with the number.
    package var id: Hash256 {
        get throws {
            let hash = SHA256.digest(try serializedBytes() as [UInt8]).bytes
            let height = withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
            guard let id = Hash256(height + hash[8...]) else { throw DecodeError(.malformed, "no hash") }
            return id
        }
    }
}

extension Hash256 {
    /// Of a block's id: what it says is the block's number.
    var height: Int64 { bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) } }
}
