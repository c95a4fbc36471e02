/// A kind of transaction (EIP-2718): what its serialization consists of, in order.
public struct TransactionType: Sendable {
    /// The byte before its list; nil for the kind that was there before there were types.
    let number: UInt8?
    let fields: [Field]
    /// What its receipt has at the end, if it has the last of them.
    let receiptFields: [Field]
    /// Nobody gives all its fields, so that its hash is the node's word. It moves nothing but by logs.
    let isOpaque: Bool
    /// Neither it nor its receipt is in the block's roots.
    let isOutsideRoots: Bool
    /// Whether `nonce` is its sender's, which the address of a contract that it creates depends on.
    let hasSenderNonce: Bool
    /// Whether the sender has the value before: else it comes from the chain below or out of an escrow, and is a payment to
    /// him where he is the recipient.
    let isPaidBySender: Bool

    init(
        number: UInt8?, fields: [Field], receiptFields: [Field] = [], isOpaque: Bool = false,
        isOutsideRoots: Bool = false, hasSenderNonce: Bool = true, isPaidBySender: Bool = true
    ) {
        self.number = number
        self.fields = fields
        self.receiptFields = receiptFields
        self.isOpaque = isOpaque
        self.isOutsideRoots = isOutsideRoots
        self.hasSenderNonce = hasSenderNonce
        self.isPaidBySender = isPaidBySender
    }

    /// All that Ethereum has.
    static let ethereum = [legacy, accessList, dynamicFee, blob, setCode]

    /// What was there from the beginning (EIP-155 put the chain id into `v`).
    static let legacy = TransactionType(
        number: nil,
        fields: [Field("nonce", .quantity), Field("gasPrice", .quantity)] + call
            + [Field("v", .quantity), Field("r", .quantity), Field("s", .quantity)])

    /// EIP-2930.
    static let accessList = TransactionType(
        number: 1,
        fields: [Field("chainId", .quantity), Field("nonce", .quantity), Field("gasPrice", .quantity)] + call
            + [Field("accessList", .accessList)] + signature)

    /// EIP-1559.
    static let dynamicFee = TransactionType(
        number: 2, fields: fees + call + [Field("accessList", .accessList)] + signature)

    /// EIP-4844.
    static let blob = TransactionType(
        number: 3,
        fields: fees + call
            + [
                Field("accessList", .accessList), Field("maxFeePerBlobGas", .quantity),
                Field("blobVersionedHashes", .hashes),
            ] + signature)

    /// EIP-7702.
    static let setCode = TransactionType(
        number: 4,
        fields: fees + call + [Field("accessList", .accessList), Field("authorizationList", .authorizations)]
            + signature)

    private static let fees = [
        Field("chainId", .quantity), Field("nonce", .quantity), Field("maxPriorityFeePerGas", .quantity),
        Field("maxFeePerGas", .quantity),
    ]
    private static let call = [
        Field("gas", .quantity), Field("to", .recipient), Field("value", .value), Field("input", .data),
    ]
    private static let signature = [
        Field("yParity", or: "v", .quantity), Field("r", .quantity), Field("s", .quantity),
    ]
}
