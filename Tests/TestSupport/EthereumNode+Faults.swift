/// What a node is to do wrong. Control calls, such as those of this type, go by all of it; the calls that read don't.
extension EthereumNode {
    /// A tag that stands at a height.
    public enum Tag: String, Sendable, CaseIterable {
        case safe, finalized
    }

    /// Puts a tag at a height, also one below where it was; nil: the node has no such block yet.
    public func set(_ tag: Tag, to height: Int?) async throws {
        try await call("confirmd_setTags", [tag.rawValue: height.map(JSON.number) ?? .null])
    }

    /// Keeps a tag so many blocks behind the tip: 4 (safe) and 8 (finalized) from the start.
    public func set(_ tag: Tag, behind blocks: Int) async throws {
        try await call("confirmd_setTags", [tag.rawValue: ["behind": .number(blocks)]])
    }

    /// Pretends that the tip is so many blocks lower.
    public func lag(_ blocks: Int) async throws {
        try await call("confirmd_setLag", .number(blocks))
    }

    /// Stays with the chain of this moment, whatever its peers do, or follows again.
    public func hold(_ isOn: Bool = true) async throws {
        try await call("confirmd_hold", .bool(isOn))
    }

    /// What eth_syncing answers: null for false.
    public func setSyncing(_ progress: JSON) async throws {
        try await call("confirmd_setSyncing", progress.isNull ? false : progress)
    }

    /// Refuses batches of more calls; nil: takes any. With another status and text than geth's, where they are given.
    public func setBatchLimit(_ calls: Int?, refusal: (status: Int, body: String)? = nil) async throws {
        try await call(
            "confirmd_setBatchRefusal",
            refusal.map { ["status": .number($0.status), "body": .string($0.body)] } ?? .null)
        try await call("confirmd_setBatchLimit", calls.map(JSON.number) ?? .null)
    }

    /// Which calls a fault is about: a method or pattern such as `eth_*`, the first of their parameters, and how many.
    public struct Calls: Sendable {
        let json: [String: JSON]

        public init(_ method: String = "*", _ parameters: JSON..., times: Int? = nil) {
            var json: [String: JSON] = ["method": .string(method), "params": .array(parameters)]
            json["times"] = times.map(JSON.number)
            self.json = json
        }
    }

    /// Answers with one value other than it is: `path` leads to it, e.g. `[0, "logs", 1, "data"]`; an empty one replaces
    /// the whole result, and one that ends with an array's count appends.
    @discardableResult
    public func lie(_ calls: Calls, at path: [JSON], saying value: JSON) async throws -> Fault {
        try await fault(calls, ["path": .array(path), "value": value])
    }

    /// Answers without the element or member that `path` leads to.
    @discardableResult
    public func omit(_ calls: Calls, at path: [JSON]) async throws -> Fault {
        try await fault(calls, ["path": .array(path), "remove": true])
    }

    /// Has never heard of a method (-32601).
    @discardableResult
    public func disable(_ method: String) async throws -> Fault {
        try await fail(Calls(method), code: -32601, "the method \(method) does not exist/is not available")
    }

    @discardableResult
    public func fail(_ calls: Calls, code: Int, _ message: String) async throws -> Fault {
        try await fault(calls, ["error": ["code": .number(code), "message": .string(message)]])
    }

    /// Answers with an HTTP status, 429 say, and Retry-After in seconds.
    @discardableResult
    public func refuse(_ calls: Calls, status: Int = 429, retryAfter: Int? = nil) async throws -> Fault {
        try await fault(calls, ["status": .number(status), "retryAfter": retryAfter.map(JSON.number) ?? .null])
    }

    @discardableResult
    public func delay(_ calls: Calls, milliseconds: Int) async throws -> Fault {
        try await fault(calls, ["delay": .number(milliseconds)])
    }

    /// Closes the connection instead of answering.
    @discardableResult
    public func hangUp(_ calls: Calls) async throws -> Fault {
        try await fault(calls, ["hang": true])
    }

    /// Does this no more.
    public func clear(_ fault: Fault) async throws {
        try await call("confirmd_clearFaults", fault.number)
    }

    /// Does nothing wrong any more but for tags, lag and what it holds on to.
    public func clearFaults() async throws {
        try await call("confirmd_clearFaults")
    }

    /// How often a method was called here.
    public func calls(of method: String) async throws -> Int {
        if case .number(let count) = try await call("confirmd_calls")[method] { count } else { 0 }
    }

    public struct Fault: Sendable {
        let number: JSON
    }

    private func fault(_ calls: Calls, _ effect: [String: JSON]) async throws -> Fault {
        Fault(number: try await call("confirmd_fault", .object(calls.json.merging(effect) { _, new in new })))
    }
}
