import Chain
import Foundation
import Hashing
import NodeHTTP
import SwiftProtobuf

@testable import Tron

/// A transaction of a test's own making, as java-tron writes it: bytes, JSON beside them, and its info.
struct MadeTransaction {
    var raw = WireTransaction.raw()
    /// What the JSON says the contract is.
    var name: String
    /// The contract's fields in JSON.
    var value: String
    var ret = #"[{"contractRet":"SUCCESS"}]"#
    /// More members of the transaction's JSON, each with a comma before it.
    var more = ""
    /// The receipt's JSON.
    var receipt = #"{"net_usage":268}"#
    /// More members of the info's JSON, each with a comma before it.
    var infoMore = ""

    init(_ number: Int, _ name: String, _ parameter: some Message, value: String, salt: Int64 = 0) throws {
        self.name = name
        self.value = value
        raw.refBlockBytes = Data([1, 2])
        raw.refBlockHash = Data(repeating: 3, count: 8)
        raw.expiration = 1_700_000_060_000 + salt
        raw.timestamp = 1_700_000_000_000
        raw.contract = [
            try WireTransaction.Contract.with {
                $0.type = .init(rawValue: number) ?? .customContract
                $0.parameter = try Google_Protobuf_Any(message: parameter)
            }
        ]
    }

    static func transfer(_ amount: Int64, to recipient: Data, salt: Int64 = 0) throws -> MadeTransaction {
        let contract = WireTransferContract.with {
            $0.ownerAddress = .sender
            $0.toAddress = recipient
            $0.amount = amount
        }
        return try MadeTransaction(
            1, "TransferContract", contract,
            value: #"{"amount":\#(amount),"owner_address":"\#(Data.sender.hex)","to_address":"\#(recipient.hex)"}"#,
            salt: salt)
    }

    static func asset(_ id: String, _ amount: Int64, to recipient: Data) throws -> MadeTransaction {
        let contract = WireTransferAssetContract.with {
            $0.assetName = Data(id.utf8)
            $0.ownerAddress = .sender
            $0.toAddress = recipient
            $0.amount = amount
        }
        return try MadeTransaction(
            2, "TransferAssetContract", contract,
            value: """
                {"amount":\(amount),"asset_name":"\(Data(id.utf8).hex)","owner_address":"\(Data.sender.hex)",\
                "to_address":"\(recipient.hex)"}
                """)
    }

    /// A call of a contract that logs these and has these internal transactions.
    static func call(
        logs: [String] = [], internal payments: [String] = [], result: String = "SUCCESS", salt: Int64 = 0
    ) throws -> MadeTransaction {
        let contract = WireTriggerSmartContract.with {
            $0.ownerAddress = .sender
            $0.contractAddress = .usdt
            $0.callValue = 7
            $0.data = Data([0xa9, 0x05, 0x9c, 0xbb])
        }
        var made = try MadeTransaction(
            31, "TriggerSmartContract", contract,
            value: """
                {"data":"a9059cbb","owner_address":"\(Data.sender.hex)","contract_address":"\(Data.usdt.hex)",\
                "call_value":7}
                """, salt: salt)
        made.ret = #"[{"contractRet":"\#(result)"}]"#
        made.receipt = #"{"energy_usage_total":14650,"result":"\#(result)"}"#
        if result != "SUCCESS" { made.infoMore += #","result":"FAILED""# }
        if !logs.isEmpty { made.infoMore += #","log":[\#(logs.joined(separator: ","))]"# }
        if !payments.isEmpty { made.infoMore += #","internal_transactions":[\#(payments.joined(separator: ","))]"# }
        return made
    }

    /// A log of a transfer of tokens.
    static func log(_ amount: UInt64, to recipient: Data, of contract: Data = .usdt) -> String {
        let zeros = String(repeating: "0", count: 24)
        let amount = String(amount, radix: 16)
        return """
            {"address":"\(contract.dropFirst().hex)","topics":["\(transferTopic)",\
            "\(zeros)\(Data.sender.dropFirst().hex)","\(zeros)\(recipient.dropFirst().hex)"],\
            "data":"\(String(repeating: "0", count: 64 - amount.count))\(amount)"}
            """
    }

    /// An internal transaction, `values` being elements of its `callValueInfo`.
    static func payment(_ values: String, to recipient: Data, note: String = "call", more: String = "") -> String {
        """
        {"hash":"\(String(repeating: "12", count: 32))","caller_address":"\(Data.usdt.hex)",\
        "transferTo_address":"\(recipient.hex)","callValueInfo":[\(values)],"note":"\(Data(note.utf8).hex)"\(more)}
        """
    }

    static let transferTopic = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"

    var bytes: [UInt8] { (try? raw.serializedBytes()) ?? [] }

    var id: Hash256 { Hash256(SHA256.digest(bytes).bytes)! }

    var json: String {
        """
        {"ret":\(ret),"signature":["\(String(repeating: "ab", count: 65))"],"txID":"\(id)","raw_data":{"contract":[\
        {"parameter":{"value":\(value),"type_url":"type.googleapis.com/protocol.\(name)"},"type":"\(name)"}],\
        "ref_block_bytes":"0102","ref_block_hash":"0303030303030303","expiration":\(raw.expiration),\
        "timestamp":\(raw.timestamp)},"raw_data_hex":"\(Hex.encode(bytes))"\(more)}
        """
    }

    func info(in block: MadeBlock) -> String {
        """
        {"id":"\(id)","fee":1100000,"blockNumber":\(block.number),"blockTimeStamp":\(block.timestamp),\
        "contractResult":[""],"receipt":\(receipt)\(infoMore)}
        """
    }
}

/// A block of such.
struct MadeBlock {
    var number: Int64 = 60_000_000
    var timestamp: Int64 = 1_700_000_003_000
    var parent: [UInt8] = []
    var transactions: [MadeTransaction] = []
    /// More members of the header's `raw_data`, each with a comma before it.
    var more = ""

    var header: WireBlockHeader.raw {
        .with {
            $0.timestamp = timestamp
            $0.txTrieRoot = Data(repeating: transactions.isEmpty ? 0 : 5, count: 32)
            $0.parentHash = Data(parent.isEmpty ? Self.height(number - 1) + [UInt8](repeating: 6, count: 24) : parent)
            $0.number = number
            $0.witnessAddress = .sender
            $0.version = 30
        }
    }

    var id: Hash256 { try! header.id }

    var json: String {
        let header = header
        let list = transactions.map(\.json).joined(separator: ",")
        return """
            {"blockID":"\(id)","block_header":{"raw_data":{"number":\(number),"txTrieRoot":"\(header.txTrieRoot.hex)",\
            "witness_address":"\(Data.sender.hex)","parentHash":"\(header.parentHash.hex)","version":30,\
            "timestamp":\(timestamp)\(more)},"witness_signature":"\(String(repeating: "cd", count: 65))"}\
            \(transactions.isEmpty ? "" : #","transactions":[\#(list)]"#)}
            """
    }

    var infos: String { "[\(transactions.map { $0.info(in: self) }.joined(separator: ","))]" }

    /// Reads it with `decoder` as a node would give it.
    func decoded(_ decoder: BlockDecoder = BlockDecoder()) throws -> Block {
        guard let contents = try decoder.block(json.answer) else { throw DecodeError(.malformed, "there is none") }
        return try contents.verified(by: infos.answer)
    }

    static func height(_ number: Int64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}

extension String {
    var answer: ArraySlice<UInt8> { Array(utf8)[...] }
}

extension Transaction {
    init(_ json: ArraySlice<UInt8>) throws {
        var scanner = JSONScanner(json)
        try self.init(&scanner)
        try scanner.end()
    }
}

extension Data {
    var hex: String { Hex.encode(self) }

    /// Addresses as messages have them.
    static let sender = address("41fcf7ab2a2fb29362babd41647a22b223f7fbedec")
    static let customer = address("413b334848f75cf8c27ec975bcc7cc7e54f140b3c0")
    static let usdt = address("41a614f803b6fd780986a42c78ec9c7f77e6ded13c")

    private static func address(_ hex: String) -> Data { Data(Hex.decode(hex)!) }

    var key: WatchKey { WatchKey(tron: [UInt8](self).span.bytes)! }
}
