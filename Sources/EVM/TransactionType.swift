/// A kind of transaction (EIP-2718): what its serialisation consists of, in order.
public struct TransactionType: Sendable {
    /// The byte before its list; nil for the kind that was there before there were types.
    let number: UInt8?
    let fields: [Field]

    /// What was there from the beginning (EIP-155 put the chain id into `v`).
    public static let legacy = TransactionType(
        number: nil,
        fields: [Field("nonce", .quantity), Field("gasPrice", .quantity)] + call
            + [Field("v", .quantity), Field("r", .quantity), Field("s", .quantity)])

    /// EIP-2930.
    public static let accessList = TransactionType(
        number: 1,
        fields: [Field("chainId", .quantity), Field("nonce", .quantity), Field("gasPrice", .quantity)] + call
            + [Field("accessList", .accessList)] + signature)

    /// EIP-1559.
    public static let dynamicFee = TransactionType(
        number: 2, fields: fees + call + [Field("accessList", .accessList)] + signature)

    /// EIP-4844.
    public static let blob = TransactionType(
        number: 3,
        fields: fees + call
            + [
                Field("accessList", .accessList), Field("maxFeePerBlobGas", .quantity),
                Field("blobVersionedHashes", .hashes),
            ] + signature)

    /// EIP-7702.
    public static let setCode = TransactionType(
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
