internal import Chain
internal import Hashing
internal import NodeHTTP

/// A header as a node gives it, its hash worked out anew.
struct BlockHeader {
    let header: Header
    let transactionsRoot: Hash256
    let receiptsRoot: Hash256
    /// Nil before Shanghai.
    let withdrawalsRoot: Hash256?
    let bloom: Bloom
    let gasUsed: UInt64
    /// Who gets the fees.
    let miner: WatchKey
    /// What every unit of gas costs at least, which nobody gets; zero before London.
    let baseFee: UInt256

    /// Reads the header out of a block, full or not.
    init(_ block: AnswerObject, on chain: EVMChain) throws {
        var rlp = RLPEncoder()
        var bloom = Bloom()
        try rlp.list { rlp in
            for field in Self.fields {
                let range = try rlp.append(field, of: block)
                if case .bytes(256) = field.shape { bloom = Bloom(rlp.bytes.span.bytes.extracting(range)) }
            }
            // Each fork's header has the fields of the one before it.
            for field in try chain.forkFields.prefix(while: { try block[$0.name] != nil }) {
                try rlp.append(field, of: block)
            }
        }
        let hash = Hash256(Keccak256.digest(rlp.bytes))
        let claimed = try block.requireHash("hash")
        guard hash == claimed else {
            let known = Self.otherNames.union((Self.fields + chain.forkFields).map { "\($0.name)" })
            let unknown = Set(block.names).subtracting(known).sorted().prefix(8).map(\.debugDescription)
            throw unknown.isEmpty
                ? DecodeError(.malformed, "header \(claimed): its fields hash to \(hash)")
                : DecodeError(
                    .unknownFormat,
                    "header \(claimed) has \(unknown.joined(separator: ", ")), and without that it hashes to \(hash)")
        }
        guard let miner = try block.address("miner") else {
            throw DecodeError(.malformed, "header \(hash): its miner is missing")
        }
        do throws(DecodeError) {
            header = Header(
                reference: BlockReference(height: try Height(try block.requireNumber("number")), hash: hash),
                parent: try block.requireHash("parentHash"),
                time: try BlockTime(seconds: try block.requireNumber("timestamp")), work: 1)
        } catch { throw error.within("header \(hash)") }
        transactionsRoot = try block.requireHash("transactionsRoot")
        receiptsRoot = try block.requireHash("receiptsRoot")
        withdrawalsRoot = try block.hash("withdrawalsRoot")
        self.bloom = bloom
        gasUsed = try block.requireNumber("gasUsed")
        self.miner = miner
        baseFee = try block.amount("baseFeePerGas") ?? UInt256(0)
    }

    private static let fields = [
        Field("parentHash", .bytes(32)), Field("sha3Uncles", .bytes(32)), Field("miner", .bytes(20)),
        Field("stateRoot", .bytes(32)), Field("transactionsRoot", .bytes(32)), Field("receiptsRoot", .bytes(32)),
        Field("logsBloom", .bytes(256)), Field("difficulty", .quantity), Field("number", .quantity),
        Field("gasLimit", .quantity), Field("gasUsed", .quantity), Field("timestamp", .quantity),
        Field("extraData", .data), Field("mixHash", .bytes(32)), Field("nonce", .bytes(8)),
    ]

    /// What forks have added, in order: London (EIP-1559), Shanghai (4895), Cancun (4844, 4788), Prague (7685).
    static let ethereumForkFields = [
        Field("baseFeePerGas", .quantity), Field("withdrawalsRoot", .bytes(32)), Field("blobGasUsed", .quantity),
        Field("excessBlobGas", .quantity), Field("parentBeaconBlockRoot", .bytes(32)),
        Field("requestsHash", .bytes(32)),
    ]

    /// Coreth's, where the first was there from the beginning: Apricot phases 3 and 4, Etna, Granite (ACP-226).
    static let avalancheForkFields = [
        Field("extDataHash", .bytes(32)), Field("baseFeePerGas", .quantity), Field("extDataGasUsed", .quantity),
        Field("blockGasCost", .quantity), Field("blobGasUsed", .quantity), Field("excessBlobGas", .quantity),
        Field("parentBeaconBlockRoot", .bytes(32)), Field("timestampMilliseconds", .quantity),
        Field("minDelayExcess", .quantity),
    ]

    /// What is in a block's answer beside fields of its header, the last five on Arbitrum, BSC and Avalanche.
    private static let otherNames: Set<String> = [
        "hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals",
        "l1BlockNumber", "sendCount", "sendRoot", "milliTimestamp", "blockExtraData",
    ]
}
