/// How many nodes have to have a deposit's block before it is credited.
public struct Quorum: Hashable, Sendable {
    public let nodes: Int
    /// By asset: what the owner's deposits of it that are not yet final have to sum up to; without an entry any do.
    public let from: [String: Amount]

    public init(nodes: Int, from: [String: Amount] = [:]) {
        precondition(nodes >= 1)
        self.nodes = nodes
        self.from = from
    }

    func isNeeded(for asset: String, sum: Amount) -> Bool { nodes > 1 && sum >= from[asset] ?? .zero }
}
