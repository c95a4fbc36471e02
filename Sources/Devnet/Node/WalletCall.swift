internal import Chain
internal import NodeHTTP

/// The calls of java-tron's HTTP interface that read. Those below `/walletsolidity` see the solidified blocks only.
enum WalletCall {
    typealias Answer = @Sendable (View, Parameters) throws(RequestError) -> JSONValue

    /// By the last part of the path, in lower case, as java-tron takes them.
    static let all: [String: Answer] = [
        "getnowblock": { view, parameters throws(RequestError) in .block(view.tip, parameters) },
        "getblockbynum": { view, parameters throws(RequestError) in
            .block(view.block(at: try parameters.integer("num") ?? 0), parameters)
        },
        "getblockbyid": { view, parameters throws(RequestError) in
            .block(parameters.hash("value").flatMap(view.block), parameters)
        },
        "getblock": block,
        "getblockbylimitnext": blocks,
        "gettransactionbyid": { view, parameters throws(RequestError) in
            guard let (block, index) = parameters.hash("value").flatMap(view.transaction) else { return [:] }
            return .transaction(block.transactions[index], visible: parameters.isTrue("visible"))
        },
        "gettransactioninfobyid": { view, parameters throws(RequestError) in
            guard let (block, index) = parameters.hash("value").flatMap(view.transaction),
                index < view.infoCount(of: block)
            else { return [:] }
            return .info(of: block, at: index, visible: parameters.isTrue("visible"))
        },
        "gettransactioninfobyblocknum": { view, parameters throws(RequestError) in
            let number = try parameters.integer("num") ?? 0
            guard number > 0 else { return [:] }
            guard let block = view.block(at: number) else { return [] }
            return .array(
                (0..<view.infoCount(of: block)).map { .info(of: block, at: $0, visible: parameters.isTrue("visible")) })
        },
        "getaccount": account,
        "getnodeinfo": nodeInfo,
        "getchainparameters": { _, _ throws(RequestError) in chainParameters },
        "getcontract": contract,
        "triggerconstantcontract": { view, parameters throws(RequestError) in
            try ConstantCall(parameters).answer(view)
        },
    ]

    /// Without `detail` the transactions are left out.
    private static let block: Answer = { view, parameters throws(RequestError) in
        let detail = parameters.isTrue("detail")
        guard let place = parameters.text("id_or_num"), !place.isEmpty else {
            return .block(view.tip, parameters, detail: detail)
        }
        if let id = Hash256(hex: place) { return .block(view.block(id), parameters, detail: detail) }
        guard let number = Int64(place), number >= 0 else {
            throw RequestError("id_or_num must be legal block number or hash.")
        }
        return .block(view.block(at: number), parameters, detail: detail)
    }

    /// At most 100, the last one not included.
    private static let blocks: Answer = { view, parameters throws(RequestError) in
        let (start, end) = (try parameters.integer("startNum") ?? 0, try parameters.integer("endNum") ?? 0)
        guard start >= 0, end > start, end - start <= 100 else { return [:] }
        return ["block": .array((start..<end).compactMap(view.block(at:)).map { .block($0, parameters) })]
    }

    private static let account: Answer = { view, parameters throws(RequestError) in
        let address = try parameters.address("address")
        let ledger = view.ledger
        guard let time = ledger.activations[address] else { return [:] }
        var account: [String: JSONValue] = ["address": .string(address.text(visible: parameters.isTrue("visible")))]
        let balance = ledger.balance(of: address, in: .trx)
        if balance > 0 { account["balance"] = .integer(Int64(clamping: balance)) }
        if time > 0 { account["create_time"] = .integer(time) }
        let tokens = ledger.balance(of: address, in: .trc10(Participants.trc10))
        if tokens > 0 {
            account["assetV2"] = [
                ["key": .string(Participants.trc10), "value": .integer(Int64(clamping: tokens))]
            ]
        }
        return .object(account)
    }

    private static let nodeInfo: Answer = { view, _ throws(RequestError) in
        func place(_ block: Block) -> JSONValue { .string("Num:\(block.height),ID:\(block.id)") }
        let solid = view.chain.blocks[min(view.chain.solidHeight, view.height)]
        return [
            "activeConnectCount": 1, "beginSyncNum": .integer(view.tip.height), "block": place(view.tip),
            "currentConnectCount": 1, "passiveConnectCount": 0, "solidityBlock": place(solid),
            "configNodeInfo": ["codeVersion": "4.8.1", "p2pVersion": "11111", "supportConstant": true],
        ]
    }

    private static let chainParameters: JSONValue = [
        "chainParameter": [
            ["key": "getMaintenanceTimeInterval", "value": 21_600_000],
            ["key": "getCreateNewAccountFeeInSystemContract", "value": 1_000_000],
            ["key": "getCreateAccountFee", "value": 100_000],
            ["key": "getTransactionFee", "value": 1_000],
            ["key": "getEnergyFee", "value": 100],
            ["key": "getMaxFeeLimit", "value": 15_000_000_000],
        ]
    ]

    private static let contract: Answer = { view, parameters throws(RequestError) in
        let address = try parameters.address("value")
        guard let token = view.chain.participants.token(at: address) else { return [:] }
        return token.contract(visible: parameters.isTrue("visible"), origin: view.chain.participants.payer)
    }
}

extension Parameters {
    func hash(_ name: String) -> Hash256? { text(name).flatMap { Hash256(hex: $0) } }

    func address(_ name: String) throws(RequestError) -> Address {
        guard let address = text(name).flatMap({ Address($0) }) else { throw RequestError("\(name) is not an address") }
        return address
    }
}

extension JSONValue {
    /// A block as java-tron prints one, `{}` for none.
    static func block(_ block: Block?, _ parameters: Parameters, detail: Bool = true) -> JSONValue {
        guard let block else { return [:] }
        let visible = parameters.isTrue("visible")
        var members = block.message(detail: detail).json(visible: visible)
        members["blockID"] = .string("\(block.id)")
        if members["transactions"] != nil {
            members["transactions"] = .array(block.transactions.map { .transaction($0, visible: visible) })
        }
        return .object(members)
    }

    static func transaction(_ transaction: Transaction, visible: Bool) -> JSONValue {
        var members = transaction.message.json(visible: visible)
        members["txID"] = .string("\(transaction.id)")
        members["raw_data_hex"] = .string(Hex.encode(transaction.rawBytes))
        return .object(members)
    }

    static func info(of block: Block, at index: Int, visible: Bool) -> JSONValue {
        .object(block.outcomes[index].message(of: block.transactions[index], in: block).json(visible: visible))
    }
}
