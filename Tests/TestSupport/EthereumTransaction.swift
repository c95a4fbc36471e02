/// What a node is asked to sign and send. Without `sender` its first account pays.
public struct EthereumTransaction: Sendable {
    public var sender: String?
    /// Nil makes a contract of `input`.
    public var to: String?
    public var value: UInt128
    public var input: String
    /// Further members as eth_sendTransaction has them: `nonce`, `gas`, `gasPrice` (which makes it a legacy one), …
    public var others: [String: JSON]

    public init(
        from sender: String? = nil, to: String?, value: UInt128 = 0, input: String = "0x", others: [String: JSON] = [:]
    ) {
        self.sender = sender
        self.to = to
        self.value = value
        self.input = input
        self.others = others
    }

    var json: JSON {
        var members = others
        members["from"] = sender.map(JSON.string)
        members["to"] = to.map(JSON.string)
        members["value"] = .string("0x" + String(value, radix: 16))
        members["input"] = .string(input)
        return .object(members)
    }
}

/// What became of a mined transaction.
public struct EthereumReceipt: Sendable {
    public struct Log: Sendable {
        public let address: String
        public let topics: [String]
        public let data: String
        /// Counted through the whole block.
        public let index: Int
    }

    public let transaction: String
    public let block: String
    public let height: Int
    /// The transaction's place in its block.
    public let index: Int
    public let succeeded: Bool
    /// The contract that it made.
    public let contract: String?
    public let logs: [Log]

    init?(_ json: JSON) {
        guard let transaction = json["transactionHash"].string, let block = json["blockHash"].string,
            let height = json["blockNumber"].quantity, let index = json["transactionIndex"].quantity,
            let logs = json["logs"].array
        else { return nil }
        self.transaction = transaction
        self.block = block
        self.height = Int(height)
        self.index = Int(index)
        succeeded = json["status"] == "0x1"
        contract = json["contractAddress"].string
        self.logs = logs.map {
            Log(
                address: $0["address"].string!, topics: $0["topics"].array!.map { $0.string! },
                data: $0["data"].string!, index: Int($0["logIndex"].quantity!))
        }
    }
}

/// What a block is to hold, in this order. An array of transactions is one, too.
public struct BlockContent: Sendable, ExpressibleByArrayLiteral {
    public enum Item: Sendable {
        /// One that is signed as the block is made, with the nonce that is next there unless it has one.
        case new(EthereumTransaction)
        /// One that waits, or that was in a block before.
        case known(String)
        /// A signed one in hexadecimal.
        case signed(String)
    }

    /// Ether that a validator takes out.
    public struct Withdrawal: Sendable {
        public let address: String
        public let gwei: Int

        public init(to address: String, gwei: Int) {
            self.address = address
            self.gwei = gwei
        }
    }

    public var items: [Item]
    public var withdrawals: [Withdrawal]
    /// In seconds since 1970.
    public var time: Int?
    /// Who gets the fees.
    public var miner: String?

    public init(_ items: [Item] = [], withdrawals: [Withdrawal] = [], time: Int? = nil, miner: String? = nil) {
        self.items = items
        self.withdrawals = withdrawals
        self.time = time
        self.miner = miner
    }

    public init(arrayLiteral elements: Item...) { self.init(elements) }

    var json: JSON {
        var members: [String: JSON] = [
            "transactions": .array(
                items.map {
                    switch $0 {
                    case .new(let transaction): transaction.json
                    case .known(let text), .signed(let text): .string(text)
                    }
                }),
            "withdrawals": .array(
                withdrawals.map { ["address": .string($0.address), "amount": .number($0.gwei)] }),
        ]
        members["timestamp"] = time.map(JSON.number)
        members["miner"] = miner.map(JSON.string)
        return .object(members)
    }
}
