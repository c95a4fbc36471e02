internal import Chain
internal import Foundation
internal import Hashing
internal import NodeHTTP
internal import SwiftProtobuf

/// A transaction as a node gives it: its id worked out anew, and read from the bytes that the id is a hash of. What the
/// node says of it in JSON beside the bytes has to be the same.
struct Transaction {
    /// What it moves by itself.
    struct Payment {
        /// Of a TRC-10 token; nil is the coin.
        let token: WatchKey?
        let recipient: WatchKey
        /// Never zero.
        let amount: UInt64
    }

    let id: Hash256
    let kind: ContractKind
    let result: ExecutionResult
    /// Also where it failed.
    let payment: Payment?

    /// The longest that java-tron accepts is half of it (`TRANSACTION_MAX_BYTE_SIZE`).
    private static let maximumLength = 1 << 20

    /// The transaction that comes next.
    init(_ scanner: inout JSONScanner) throws {
        var contract: (type: ArraySlice<UInt8>?, value: AnswerObject)?
        let object = try AnswerObject(&scanner, "raw_data") { scanner in
            _ = try AnswerObject(&scanner, "contract") { scanner in
                try scanner.forEach { scanner in
                    guard contract == nil else { throw DecodeError(.malformed, "its JSON has several contracts") }
                    contract = try Self.contract(&scanner)
                }
            }
        }
        let bytes = try object.bytes("raw_data_hex", max: Self.maximumLength)
        guard let id = Hash256(SHA256.digest(bytes).bytes), try object.requireHash("txID") == id else {
            throw DecodeError(.malformed, "txID is not the hash of its bytes")
        }
        self.id = id
        do {
            let raw = try Self.decode(WireTransaction.raw.self, bytes)
            // More than one is foreseen in the message and refused by the chain.
            guard raw.contract.count == 1 else {
                throw DecodeError(.unknownFormat, "it has \(raw.contract.count) contracts and not one")
            }
            let number = raw.contract[0].type.rawValue
            guard let kind = ContractKind.known(number) else {
                throw DecodeError(.unknownFormat, "its contract's type \(number) is unknown")
            }
            guard let contract, contract.type?.isEqual(to: kind.name) == true else {
                throw DecodeError(.malformed, "the contract in its JSON is not the \(kind.name) of its bytes")
            }
            self.kind = kind
            result = try Self.result(object)
            payment = try Self.payment(raw.contract[0].parameter, kind, contract.value)
        } catch let error as DecodeError { throw error.within("transaction \(id)") }
    }

    /// How it ended, as it stands in the block.
    private static func result(_ object: AnswerObject) throws -> ExecutionResult {
        var first: AnswerObject?
        try object.forEach("ret") { scanner in
            let entry = try AnswerObject(&scanner)
            // The chain looks at the first only; whoever sends a transaction may add others.
            first = first ?? entry
        }
        guard let name = try first?.text("contractRet") else {
            throw DecodeError(.unknownFormat, "it does not say how it ended, as in the chain's first months (2018)")
        }
        guard let result = ExecutionResult(name) else {
            throw DecodeError(
                .unknownFormat,
                "how it ended is unknown: \(String(decoding: name.prefix(32), as: UTF8.self).debugDescription)"
            )
        }
        return result
    }

    /// What JSON says of a contract: its type and its fields.
    private static func contract(
        _ scanner: inout JSONScanner
    ) throws -> (type: ArraySlice<UInt8>?, value: AnswerObject) {
        var value: AnswerObject?
        let contract = try AnswerObject(&scanner, "parameter") { scanner in
            _ = try AnswerObject(&scanner, "value") { scanner in value = try AnswerObject(&scanner) }
        }
        guard let value else { throw DecodeError(.malformed, "a contract in JSON has no fields") }
        return (try contract.text("type"), value)
    }

    private static func payment(
        _ parameter: Google_Protobuf_Any, _ kind: ContractKind, _ json: AnswerObject
    ) throws -> Payment? {
        switch kind.payment {
        case .coin:
            let transfer = try unpack(WireTransferContract.self, parameter)
            guard try json.has(transfer.ownerAddress, as: "owner_address"),
                try json.has(transfer.toAddress, as: "to_address"), try json.integer("amount") == transfer.amount
            else { throw disagreement }
            return try payment(from: transfer.ownerAddress, to: transfer.toAddress, transfer.amount, token: nil)
        case .token:
            let transfer = try unpack(WireTransferAssetContract.self, parameter)
            guard try json.has(transfer.ownerAddress, as: "owner_address"),
                try json.has(transfer.toAddress, as: "to_address"), try json.integer("amount") == transfer.amount,
                // TronGrid's own interface has it as text.
                try json.text("asset_name")?.elementsEqual(transfer.assetName) == true
                    || json.has(transfer.assetName, as: "asset_name")
            else { throw disagreement }
            guard let token = WatchKey([UInt8](transfer.assetName)) else { return nil }
            return try payment(from: transfer.ownerAddress, to: transfer.toAddress, transfer.amount, token: token)
        case .calls, .none: return nil
        }
    }

    /// Nil where nothing moves, also because somebody pays himself.
    private static func payment(
        from sender: Data, to recipient: Data, _ amount: Int64, token: WatchKey?
    ) throws -> Payment? {
        guard amount != 0, recipient != sender else { return nil }
        guard amount > 0, let recipient = WatchKey(tron: recipient.bytes) else {
            throw DecodeError(.malformed, "what it moves is less than nothing, or goes to what is not an address")
        }
        return Payment(token: token, recipient: recipient, amount: UInt64(amount))
    }

    /// The message in a contract's parameter, which names its type.
    private static func unpack<Contents: Message>(
        _ type: Contents.Type, _ parameter: Google_Protobuf_Any
    ) throws -> Contents {
        // What stands before the last slash is nobody's business (google/protobuf/any.proto).
        guard parameter.typeURL.hasSuffix("/" + Contents.protoMessageName) else {
            throw DecodeError(.malformed, "its contract's parameter is of another type than the contract")
        }
        return try decode(type, [UInt8](parameter.value))
    }

    /// Fields that the messages here do not have are the sender's own business: the chain looks at none of them.
    private static func decode<Contents: Message>(_ type: Contents.Type, _ bytes: [UInt8]) throws -> Contents {
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        // Deeper than java-tron goes, so that what it has accepted is accepted here.
        options.messageDepthLimit = 200
        do {
            return try Contents(serializedBytes: bytes, options: options)
        } catch { throw DecodeError(.malformed, "its bytes are no \(Contents.protoMessageName)") }
    }

    private static let disagreement = DecodeError(.malformed, "its JSON says something else than its bytes")
}
