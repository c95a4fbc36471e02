extension TransactionType {
    /// A deposit from the chain below (OP stack, "Deposits"). What it mints its sender has even if it fails. Its receipt
    /// has two fields more since Canyon.
    static let opStackDeposit = TransactionType(
        number: 0x7E,
        fields: [
            Field("sourceHash", .bytes(32)), Field("from", .bytes(20)), Field("to", .recipient), Field("mint", .mint),
            Field("value", .value), Field("gas", .quantity), Field("isSystemTx", .flag), Field("input", .data),
        ],
        receiptFields: [Field("depositNonce", .quantity), Field("depositReceiptVersion", .quantity)])

    /// Nitro's own (OffchainLabs/go-ethereum, `arb_types.go`).
    static let arbitrum = [deposit, unsigned, contract, retry, submitRetryable, arbitrumInternal]

    /// ETH from the chain below: `to` gets the value.
    private static let deposit = TransactionType(
        number: 0x64,
        fields: [
            Field("chainId", .quantity), Field("requestId", .bytes(32)), Field("from", .bytes(20)),
            Field("to", .recipient), Field("value", .value),
        ], isPaidBySender: false)

    /// Sent through the chain below by a user.
    private static let unsigned = TransactionType(
        number: 0x65,
        fields: [Field("chainId", .quantity), Field("from", .bytes(20)), Field("nonce", .quantity)] + call)

    /// The same by a contract.
    private static let contract = TransactionType(
        number: 0x66,
        fields: [Field("chainId", .quantity), Field("requestId", .bytes(32)), Field("from", .bytes(20))] + call,
        hasSenderNonce: false)

    /// An attempt at what a retryable ticket asks for. Its value comes out of the ticket's escrow. What is left of the
    /// fees goes back to `refundTo`; how much that is depends on the chain's state, so that it is not a transfer here.
    private static let retry = TransactionType(
        number: 0x68,
        fields: [Field("chainId", .quantity), Field("nonce", .quantity), Field("from", .bytes(20))] + call
            + [
                Field("ticketId", .bytes(32)), Field("refundTo", .bytes(20)), Field("maxRefund", .quantity),
                Field("submissionFeeRefund", .quantity),
            ], hasSenderNonce: false, isPaidBySender: false)

    /// Makes a retryable ticket. Its sender gets what it deposits and pays the ticket's value and fees with it; what is
    /// left to whom depends on the chain's state, so that nothing of it is a transfer here.
    private static let submitRetryable = TransactionType(
        number: 0x69,
        fields: [
            Field("chainId", .quantity), Field("requestId", .bytes(32)), Field("from", .bytes(20)),
            Field("l1BaseFee", .quantity), Field("depositValue", .quantity), feeCap, Field("gas", .quantity),
            Field("retryTo", .optionalAddress), Field("retryValue", .quantity), Field("beneficiary", .bytes(20)),
            Field("maxSubmissionFee", .quantity), Field("refundTo", .bytes(20)), Field("retryData", .data),
        ])

    /// The chain's own bookkeeping, which moves nothing.
    private static let arbitrumInternal = TransactionType(
        number: 0x6A, fields: [Field("chainId", .quantity), Field("input", .data)])

    private static let feeCap = Field("maxFeePerGas", or: "gasPrice", .quantity)
    private static let call = [
        feeCap, Field("gas", .quantity), Field("to", .recipient), Field("value", .value), Field("input", .data),
    ]
}
