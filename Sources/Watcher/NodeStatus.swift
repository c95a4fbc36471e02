public import Sync

/// How a node of a network fares, as its worker sees it.
public struct NodeStatus: Hashable, Sendable {
    /// Host and port.
    public let name: String
    public let health: NodeHealth

    public init(name: String, health: NodeHealth) {
        self.name = name
        self.health = health
    }
}
