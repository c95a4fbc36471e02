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
