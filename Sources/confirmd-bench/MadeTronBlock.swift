import Chain
import Foundation
import Hashing
import SwiftProtobuf
import TestSupport
import Tron

/// A block of TRON that resembles one of mainnet's of today, as java-tron's HTTP interface answers with it, and its
/// infos: mostly calls of token contracts with the log of a transfer, then transfers of TRX and of TRC-10 and what
/// accounts do with their resources. The same seed makes the same block.
struct MadeTronBlock {
    let reference: BlockReference
    /// An answer of `wallet/getblock`.
    let block: [UInt8]
    /// An answer of `wallet/gettransactioninfobyblocknum`.
    let infos: [UInt8]

    private static let number: Int64 = 83_000_000

    /// Of the block with that number: one in three seconds. In milliseconds since 1970.
    private static func time(of number: Int64) -> Int64 { 1_780_000_000_000 + 3_000 * (number - Self.number) }

    private static let sender = Data([0x41] + [UInt8](repeating: 0x5A, count: 20))
    private static let topic = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"

    /// - Parameter parent: the block before it.
    init(seed: UInt64, transactions count: Int = 300, after parent: BlockReference? = nil) throws {
        var random = SplitMix64(seed: seed)
        let number = parent.map { $0.height + 1 } ?? Self.number
        var (transactions, infos): ([String], [String]) = ([], [])
        for _ in 0..<count {
            let made = try Self.transaction(in: number, &random)
            transactions.append(made.json)
            infos.append(made.info)
        }
        let header = WireBlockHeader.raw.with {
            $0.timestamp = Self.time(of: number)
            $0.txTrieRoot = Data(random.bytes(32))
            $0.parentHash = Data(
                parent.map { Array($0.hash.bytes) }
                    ?? withUnsafeBytes(of: (number - 1).bigEndian) { Array($0) } + random.bytes(24))
            $0.number = number
            $0.witnessAddress = Self.sender
            $0.version = 32
        }
        reference = BlockReference(height: number, hash: try header.id)
        block = Array(
            """
            {"blockID":"\(try header.id)","block_header":{"raw_data":{"number":\(header.number),\
            "txTrieRoot":"\(Hex.encode(header.txTrieRoot))","witness_address":"\(Hex.encode(header.witnessAddress))",\
            "parentHash":"\(Hex.encode(header.parentHash))","version":32,"timestamp":\(header.timestamp)},\
            "witness_signature":"\(Hex.encode(random.bytes(65)))"},"transactions":[\(transactions.joined(separator: ","))]}
            """.utf8)
        self.infos = Array("[\(infos.joined(separator: ","))]".utf8)
    }

    private enum Kind { case token, coin, asset, delegation }

    private static func transaction(
        in block: Int64, _ random: inout SplitMix64
    ) throws -> (json: String, info: String) {
        let recipient = Data([0x41] + random.bytes(20))
        let (owner, to) = (Hex.encode(sender), Hex.encode(recipient))
        let amount = Int64.random(in: 1...1_000_000_000, using: &random)
        switch random.pick([(60, .token), (25, .coin), (5, .asset), (10, .delegation)]) as Kind {
        case .token:
            let words = String(repeating: "0", count: 24) + Hex.encode(recipient.dropFirst()) + word(amount)
            let call = WireTriggerSmartContract.with {
                $0.ownerAddress = sender
                $0.contractAddress = recipient
                $0.data = Data(Hex.decode("a9059cbb\(words)") ?? [])
            }
            let log = """
                {"address":"\(to.dropFirst(2))","topics":["\(topic)","\(String(repeating: "0", count: 24))\(owner.dropFirst(2))",\
                "\(words.prefix(64))"],"data":"\(word(amount))"}
                """
            return try transaction(
                in: block, 31, "TriggerSmartContract", call,
                #"{"data":"a9059cbb\#(words)","owner_address":"\#(owner)","contract_address":"\#(to)"}"#, &random,
                info: """
                    ,"contractResult":["\(word(1))"],"contract_address":"\(to)","log":[\(log)],"receipt":\
                    {"energy_usage":64285,"energy_usage_total":64285,"net_usage":345,"result":"SUCCESS"}
                    """)
        case .coin:
            let transfer = WireTransferContract.with {
                $0.ownerAddress = sender
                $0.toAddress = recipient
                $0.amount = amount
            }
            return try transaction(
                in: block, 1, "TransferContract", transfer,
                #"{"amount":\#(amount),"owner_address":"\#(owner)","to_address":"\#(to)"}"#, &random)
        case .asset:
            let transfer = WireTransferAssetContract.with {
                $0.assetName = Data("1002000".utf8)
                $0.ownerAddress = sender
                $0.toAddress = recipient
                $0.amount = amount
            }
            return try transaction(
                in: block, 2, "TransferAssetContract", transfer,
                #"{"amount":\#(amount),"asset_name":"31303032303030","owner_address":"\#(owner)","to_address":"\#(to)"}"#,
                &random)
        case .delegation:
            // Its fields are as many, and mean nothing to anybody here.
            let transfer = WireTransferContract.with {
                $0.ownerAddress = sender
                $0.toAddress = recipient
                $0.amount = amount
            }
            return try transaction(
                in: block, 57, "DelegateResourceContract", transfer,
                #"{"balance":\#(amount),"resource":"ENERGY","owner_address":"\#(owner)","receiver_address":"\#(to)"}"#,
                &random)
        }
    }

    private static func transaction(
        in block: Int64, _ type: Int, _ name: String, _ contract: some Message, _ value: String,
        _ random: inout SplitMix64,
        info: String = #","contractResult":[""],"receipt":{"net_usage":268}"#
    ) throws -> (json: String, info: String) {
        let reference = random.bytes(8)
        let time = time(of: block)
        let raw = try WireTransaction.raw.with {
            $0.refBlockBytes = Data([1, 2])
            $0.refBlockHash = Data(reference)
            $0.expiration = time + 60_000
            $0.timestamp = time - 1_000
            $0.contract = [
                try .with {
                    $0.type = .init(rawValue: type) ?? .customContract
                    $0.parameter = try Google_Protobuf_Any(message: contract)
                }
            ]
        }
        let bytes: [UInt8] = try raw.serializedBytes()
        let id = Hex.encode(SHA256.digest(bytes).bytes)
        return (
            """
            {"ret":[{"contractRet":"SUCCESS"}],"signature":["\(Hex.encode(random.bytes(65)))"],"txID":"\(id)","raw_data":\
            {"contract":[{"parameter":{"value":\(value),"type_url":"type.googleapis.com/protocol.\(name)"},\
            "type":"\(name)"}],"ref_block_bytes":"0102","ref_block_hash":"\(Hex.encode(reference))",\
            "expiration":\(raw.expiration),"timestamp":\(raw.timestamp)},"raw_data_hex":"\(Hex.encode(bytes))"}
            """,
            #"{"id":"\#(id)","fee":345000,"blockNumber":\#(block),"blockTimeStamp":\#(time)\#(info)}"#
        )
    }

    private static func word(_ number: Int64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }
}
