internal import Chain
internal import Hashing
internal import NodeHTTP

/// A transaction as a node gives it, its hash worked out anew.
struct Transaction {
    let hash: Hash256
    let type: TransactionType
    /// Nil where it creates a contract.
    let recipient: WatchKey?
    let value: UInt256
    /// What the chain makes for its sender, whether it succeeds or not; nil for kinds that never do that.
    let mint: UInt256?
    /// As the node says where it is not among the fields: only the signature commits to it, which is not checked.
    let sender: WatchKey
    let nonce: UInt64

    /// Reads a transaction of the block and appends its serialization to `rlp`.
    init(
        _ object: AnswerObject, of block: BlockReference, on chain: EVMChain, to rlp: inout RLPEncoder
    ) throws {
        let number = try object.number("type") ?? 0
        let claimed = try object.requireHash("hash")
        guard let type = chain.transactionType(number, claimed, in: block) else {
            throw DecodeError(.unknownFormat, "its type 0x\(String(number, radix: 16)) is unknown")
        }
        let start = rlp.bytes.count
        if let number = type.number { rlp.append(type: number) }
        var recipient: WatchKey?
        var value = UInt256(0)
        var mint: UInt256?
        try rlp.list { rlp in
            for field in type.fields {
                let range = try rlp.append(field, of: object)
                switch field.shape {
                case .recipient: recipient = WatchKey(rlp.bytes.span.bytes.extracting(range))
                case .value: value = UInt256(bigEndian: rlp.bytes.span.bytes.extracting(range))
                case .mint: mint = UInt256(bigEndian: rlp.bytes.span.bytes.extracting(range))
                default: break
                }
            }
        }
        if type.isOpaque {
            hash = claimed
        } else {
            hash = Hash256(Keccak256.digest(rlp.bytes.span.bytes.extracting(start..<rlp.bytes.count)))
            guard claimed == hash else {
                throw DecodeError(.malformed, "its fields hash to \(hash), which is not its hash")
            }
        }
        guard let sender = try object.address("from") else { throw DecodeError(.malformed, "from is missing") }
        self.type = type
        self.recipient = recipient
        self.value = value
        self.mint = mint
        self.sender = sender
        nonce = try object.requireNumber("nonce")
    }

    /// The address of the contract that it creates (Yellow Paper, equation 85); nil when it creates none, or the address
    /// can't be told from it.
    var created: WatchKey? {
        guard recipient == nil, type.hasSenderNonce else { return nil }
        var rlp = RLPEncoder()
        rlp.list { rlp in
            rlp.append(sender.bytes.span.bytes)
            rlp.append(nonce)
        }
        return WatchKey(Array(Keccak256.digest(rlp.bytes).bytes.suffix(20)))
    }
}
