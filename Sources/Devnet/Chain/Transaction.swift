internal import Chain
internal import Hashing

/// A transaction as its owner signed it, and how it is to end.
struct Transaction: Sendable {
    let owner: Address
    let contract: Contract
    let result: ContractResult
    /// `Transaction.raw`.
    let raw: Message
    let rawBytes: [UInt8]
    /// SHA-256 of `rawBytes`.
    let id: Hash256
    private let signature: [UInt8]

    /// - Parameters:
    ///   - reference: a recent block; its height and id tie the transaction to the chain.
    ///   - time: in milliseconds.
    init(
        _ contract: Contract, by owner: Address, result: ContractResult = .success, reference: BlockReference,
        time: Int64
    ) {
        self.owner = owner
        self.contract = contract
        self.result = result
        let block = reference.hash.bytes
        raw = Message(
            .init(1, "ref_block_bytes", .bytes(Array(block[6..<8]))),
            .init(4, "ref_block_hash", .bytes(Array(block[8..<16]))),
            .init(8, "expiration", .integer(time + 60_000)),
            .init(11, "contract", .list([.message(contract.message(owner: owner))])),
            .init(14, "timestamp", .integer(time)),
            .init(18, "fee_limit", .integer(contract.feeLimit)))
        rawBytes = raw.encoded
        let digest = SHA256.digest(rawBytes).bytes
        // A digest has 32 bytes.
        id = Hash256(digest)!
        // As long as a real one. Nobody here checks signatures, and nothing but the tree of transactions depends on it.
        signature = SHA256.digest(digest + [0]).bytes + SHA256.digest(digest + [1]).bytes + [digest[0] & 1]
    }

    /// `Transaction`, as it is in a block.
    var message: Message {
        Message(
            .init(1, "raw_data", .message(raw)),
            .init(2, "signature", .list([.bytes(signature)])),
            .init(
                5, "ret",
                .list([.message(Message(.init(3, "contractRet", .choice(result.rawValue, result.name))))])))
    }

    /// The leaf of the tree of transactions.
    var digest: [UInt8] { SHA256.digest(message.encoded).bytes }
}
