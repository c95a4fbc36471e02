public import Sync

/// How a node of a network fares, as its worker sees it.
public struct NodeStatus: Hashable, Sendable {
    /// Host and port.
    public let name: String
    public let health: NodeHealth
    /// How it compares with the others; nil before anything is known.
    public let figures: NodeFigures?

    public init(name: String, health: NodeHealth, figures: NodeFigures? = nil) {
        self.name = name
        self.health = health
        self.figures = figures
    }
}
