/// What a node is to do wrong, until `release`.
extension TronDevnet {
    /// Has only so many results of each of its newest blocks: the others are not executed yet. nil: of all blocks.
    public func delayInfos(of blocks: Int? = nil, kept: Int = 0) async throws {
        try await command("infos", ["blocks": blocks.map(JSON.number), "kept": .number(kept)])
    }

    /// Keeps its newest blocks back.
    public func lag(_ blocks: Int) async throws {
        try await command("lag", ["blocks": .number(blocks)])
    }

    /// What a request gets instead of its answer.
    public enum Failure: String, Sendable {
        /// As TronGrid answers when the day's requests are used up.
        case forbidden = "403"
        case tooMany = "429"
        case failure = "500"
        case unavailable = "503"
        /// Nothing for a minute.
        case hang
        /// The first half of the answer.
        case truncated
    }

    /// Fails requests whose path begins so: after so many that it still answers, so many, or all.
    public func fail(_ how: Failure, path: String = "/", after: Int = 0, times: Int? = nil) async throws {
        try await command(
            "fail",
            [
                "how": .string(how.rawValue), "path": .string(path), "after": .number(after),
                "times": times.map(JSON.number),
            ])
    }

    /// Serves the chain of another seed, which has another genesis block, at the same height.
    public func serveChain(ofSeed seed: Int) async throws {
        try await command("chain", ["seed": .number(seed)])
    }

    /// Does nothing wrong any more.
    public func release() async throws {
        try await command("release")
    }
}
