extension EthereumNode {
    /// The height of the tip.
    public var height: Int {
        get async throws { Int(try await call("eth_blockNumber").quantity!) }
    }

    /// The hash of the tip.
    public var tip: String {
        get async throws { try await block(at: "latest")["hash"].string! }
    }

    /// A block with its transactions' hashes, by height, tag or hash; null where there is none.
    public func block(at place: Place) async throws -> JSON {
        try await call(place.isHash ? "eth_getBlockByHash" : "eth_getBlockByNumber", place.json, false)
    }

    /// Mines blocks and returns the last one's hash. The first of them takes the transactions that wait.
    @discardableResult
    public func mine(_ count: Int = 1) async throws -> String {
        try await call("evm_mine", .number(count)).string!
    }

    /// Mines one block of exactly this content and returns its hash.
    @discardableResult
    public func mine(_ block: EthereumBlock) async throws -> String {
        try await call("confirmd_mineBlock", block.json).string!
    }

    /// Replaces the last `depth` blocks by these and returns the new tip. What the old ones held is then in no block,
    /// unless the new ones name it: `.known(hash)` at another place, say.
    @discardableResult
    public func reorganize(depth: Int, to blocks: [EthereumBlock]) async throws -> String {
        try await call("confirmd_reorganize", .number(depth), .array(blocks.map(\.json))).string!
    }

    /// Replaces the last `depth` blocks by `depth` + 1 empty ones and returns the new tip.
    @discardableResult
    public func reorganize(depth: Int) async throws -> String {
        try await reorganize(depth: depth, to: Array(repeating: [], count: depth + 1))
    }

    /// Remembers the chain and what waits to be mined, for `revert`.
    public func snapshot() async throws -> Snapshot {
        Snapshot(number: try await call("evm_snapshot"))
    }

    /// Goes back to a snapshot, as often as you like.
    public func revert(to snapshot: Snapshot) async throws {
        try await call("evm_revert", snapshot.number)
    }

    public struct Snapshot: Sendable {
        let number: JSON
    }

    /// Whether each transaction is mined at once, as it is from the start, or waits for `mine`.
    public func setAutomaticMining(_ isOn: Bool) async throws {
        try await call("evm_setAutomine", .bool(isOn))
    }

    /// Mines a block in every so many milliseconds; nil: no more.
    public func mine(everyMilliseconds period: Int?) async throws {
        try await call("evm_setIntervalMining", .number(period ?? 0))
    }

    /// Sets the time of the next block, in seconds since 1970.
    public func setNextBlockTime(_ time: Int) async throws {
        try await call("evm_setNextBlockTimestamp", .number(time))
    }

    /// Sets how many seconds each further block comes after the one before; nil for the clock's time.
    public func setBlockInterval(_ seconds: Int?) async throws {
        try await call("evm_setBlockTimestampInterval", seconds.map(JSON.number) ?? .null)
    }

    /// Where a block is found.
    public struct Place: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        let json: JSON
        var isHash: Bool { json.string?.count == 66 }

        public init(height: Int) { json = .string("0x" + String(height, radix: 16)) }
        /// A tag or a hash.
        public init(_ text: String) { json = .string(text) }
        public init(integerLiteral value: Int) { self.init(height: value) }
        public init(stringLiteral value: String) { self.init(value) }
    }
}
