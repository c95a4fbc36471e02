import TestSupport

/// A lie about one value of a node's answers about a block: what is read of them, all of it, and what is not.
struct EthereumLie: Sendable {
    /// Whose answer it is in.
    let method: String
    let path: [JSON]

    /// The methods that a block is read by.
    private static let block = "eth_getBlockByHash"
    private static let receipts = "eth_getBlockReceipts"
    private static let traces = "debug_traceBlockByHash"

    /// The places in `EthereumLie.content` of the transactions by their types, and of two calls of contracts.
    private static let types = 0..<5
    private static let token = 5
    private static let forward = 6

    /// One of each type that pays the coin, a transfer of a token and a payment by a contract, and a withdrawal: a finney
    /// each. All pay `coin`, but for the token's, which pays `holder`.
    static func content(
        to coin: String, _ token: EthereumContract, to holder: String, by forwarder: EthereumContract
    ) throws -> EthereumBlock {
        let price: [String: JSON] = ["gasPrice": "0x174876e800"]
        let access: JSON = [
            ["address": .string(coin), "storageKeys": [.string("0x" + String(repeating: "01", count: 32))]]
        ]
        let others: [[String: JSON]] = [
            price, price.merging(["accessList": access]) { $1 }, ["accessList": access],
            [
                "type": "0x3", "accessList": access,
                "blobVersionedHashes": [.string("0x01" + String(repeating: "22", count: 31))],
            ],
            [
                "type": "0x4", "accessList": access,
                "authorizationList": [
                    [
                        "chainId": "0x539", "address": .string(coin), "nonce": "0x0", "yParity": "0x1", "r": "0x1234",
                        "s": "0x4321",
                    ]
                ],
            ],
        ]
        let payments = others.map { EthereumTransaction(to: coin, value: finney, others: $0) }
        let calls = [
            try token.transfer(finney, to: holder),
            try forwarder.call("forward(address)", [.address(coin)], value: finney),
        ]
        return EthereumBlock((payments + calls).map { .new($0) }, withdrawals: [.init(to: coin, gwei: 1_000_000)])
    }

    /// What each block with that content pays.
    static let paymentsOfABlock = (coin: 7, token: 1)

    // MARK: What is read

    private static let header = [
        "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty",
        "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas",
        "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash", "hash",
        "transactions", "withdrawals",
    ]
    private static let place = ["blockHash", "blockNumber", "transactionIndex"]
    private static let transaction = place + ["hash", "type", "from", "to", "nonce", "gas", "value", "input", "r", "s"]
    /// What each type has beside that.
    private static let ofType = [
        ["gasPrice", "v"], ["gasPrice", "chainId", "accessList", "yParity"],
        ["chainId", "accessList", "yParity", "maxFeePerGas", "maxPriorityFeePerGas"],
        [
            "chainId", "accessList", "yParity", "maxFeePerGas", "maxPriorityFeePerGas", "maxFeePerBlobGas",
            "blobVersionedHashes",
        ], ["chainId", "accessList", "yParity", "maxFeePerGas", "maxPriorityFeePerGas", "authorizationList"],
    ]
    private static let authorization = ["chainId", "address", "nonce", "yParity", "r", "s"]
    private static let receipt = place + ["transactionHash", "type", "status", "cumulativeGasUsed"]
    private static let log =
        place + ["transactionHash", "address", "topics", "data", "removed"]
    private static let withdrawal = ["index", "validatorIndex", "address", "amount"]
    private static let call = ["type", "from", "to", "value"]

    /// Each of these is noticed by the block itself.
    static let noticed: [EthereumLie] = {
        var lies = header.map { EthereumLie(method: block, path: [.string($0)]) }
        for type in types {
            lies += (transaction + ofType[type]).map {
                EthereumLie(method: block, path: ["transactions", .number(type), .string($0)])
            }
        }
        let list: [JSON] = ["transactions", .number(4), "authorizationList", 0]
        lies += authorization.map { EthereumLie(method: block, path: list + [.string($0)]) }
        let access: [JSON] = ["transactions", .number(1), "accessList", 0]
        lies += ["address", "storageKeys"].map { EthereumLie(method: block, path: access + [.string($0)]) }
        lies += withdrawal.map { EthereumLie(method: block, path: ["withdrawals", 0, .string($0)]) }
        lies += receipt.map { EthereumLie(method: receipts, path: [.number(token), .string($0)]) }
        lies.append(EthereumLie(method: receipts, path: [.number(token), "logs"]))
        lies += log.map { EthereumLie(method: receipts, path: [.number(token), "logs", 0, .string($0)]) }
        lies += (0..<3).map { EthereumLie(method: receipts, path: [.number(token), "logs", 0, "topics", .number($0)]) }
        lies.append(EthereumLie(method: traces, path: [.number(forward), "txHash"]))
        lies += call.map { EthereumLie(method: traces, path: [.number(forward), "result", .string($0)]) }
        return lies
    }()

    /// What a call within a transaction pays no hash commits to; the balances do not bear it out.
    static let doubted = EthereumLie(method: traces, path: [.number(forward), "result", "calls", 0, "value"])

    /// Nothing that is paid depends on these.
    static let irrelevant: [EthereumLie] = {
        // How large it is as it was sent; uncles there are none of since the merge.
        var lies = ["size", "uncles"].map { EthereumLie(method: block, path: [.string($0)]) }
        // Its block's; worked out of other fields; another name of `yParity`, in `v` itself where there is none.
        lies += ["blockTimestamp", "gasPrice", "v"].map {
            EthereumLie(method: block, path: ["transactions", 2, .string($0)])
        }
        lies.append(EthereumLie(method: block, path: ["transactions", 0, "chainId"]))
        // The transaction's own, or worked out of the logs or of other receipts; what fees are is asked only of those who
        // pay or get them, who are nobody that is watched.
        lies += ["from", "to", "contractAddress", "gasUsed", "effectiveGasPrice", "logsBloom"].map {
            EthereumLie(method: receipts, path: [.number(token), .string($0)])
        }
        lies += ["blobGasUsed", "blobGasPrice"].map { EthereumLie(method: receipts, path: [3, .string($0)]) }
        // Where a log is in its block its receipt's root tells.
        lies += ["blockTimestamp", "logIndex"].map {
            EthereumLie(method: receipts, path: [.number(token), "logs", 0, .string($0)])
        }
        lies += ["gas", "gasUsed", "input", "output"].map {
            EthereumLie(method: traces, path: [.number(forward), "result", "calls", 0, .string($0)])
        }
        // Who pays within a transaction is nothing to whom he pays.
        lies.append(EthereumLie(method: traces, path: [.number(forward), "result", "calls", 0, "from"]))
        return lies
    }()

    /// A call that is left out of a trace, or given to somebody else, is missed: see `explain`.
    static let hiding = ["type", "to", "error"].map {
        EthereumLie(method: traces, path: [.number(forward), "result", "calls", 0, .string($0)])
    }

    /// Which places of a block's answers all these are about: the names of members that each object has.
    static func names(_ method: String, _ path: [JSON]) -> Set<String> {
        Set(
            (noticed + [doubted] + irrelevant + hiding).filter {
                $0.method == method && Array($0.path.dropLast()) == path
            }
            .compactMap { $0.path.last?.string })
    }

    // MARK: Telling it

    /// Has `node` tell it of the block with this hash, whose true answer `honest` knows.
    func tell(of hash: String, by node: EthereumNode, knowing honest: EthereumNode) async throws {
        let answer =
            switch method {
            case Self.block: try await honest.call(method, .string(hash), true)
            case Self.traces: try await honest.call(method, .string(hash), ["tracer": "callTracer"])
            default: try await honest.call(method, .string(hash))
            }
        let truth = path.reduce(answer) { holder, step in
            if case .number(let index) = step { holder[index] } else { holder[step.string ?? ""] }
        }
        try await node.lie(.init(method, .string(hash)), at: path, saying: Self.other(than: truth))
    }

    /// A value of the same kind; of digits the first is changed, as another last one may be true of the next block.
    private static func other(than value: JSON) -> JSON {
        switch value {
        case .null: .string("0x" + String(repeating: "77", count: 20))
        case .bool(let value): .bool(!value)
        case .number(let value): .number(value + 1)
        case .string("CALL"): "DELEGATECALL"
        case .string("0x"): "0x00"
        case .string(let text): .string("0x" + (text.hasPrefix("0x1") ? "2" : "1") + text.dropFirst(3))
        case .array(let elements): .array(elements.isEmpty ? ["0x1"] : Array(elements.dropLast()))
        case .object: "0x1"
        }
    }
}
