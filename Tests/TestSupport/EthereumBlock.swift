/// What a block is to hold, its transactions in this order. An array of those alone is one, too.
public struct EthereumBlock: Sendable, ExpressibleByArrayLiteral {
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
