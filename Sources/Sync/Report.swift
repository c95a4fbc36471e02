public import Chain

/// A change worth telling in logs, metrics and `status`.
public enum Report: Hashable, Sendable {
    case progress(Progress)
    /// The highest tip of the synced nodes.
    case head(height: Int64)
    case node(Int, NodeHealth)
    /// Finality tags that a node has taken back; empty when all is well again.
    case frozen(Set<FinalityTag>)
    /// Why the network has not moved for longer than a poll interval, though it has somewhere to go; nil when it does again.
    case obstacle(Obstacle?)
}

/// The last error that has kept a network from moving.
public struct Obstacle: Hashable, Sendable {
    /// Whose error it is, as numbered in the configuration; nil where it is not one node's.
    public let node: Int?
    public let code: NodeError.Code
    /// What happened, in words for an operator.
    public let message: String

    init(node: Int?, error: NodeError) {
        self.node = node
        code = error.code
        message = error.message
    }
}

/// How far a network has come.
public enum Progress: Hashable, Sendable {
    /// Nodes are being asked for the first time, or the first run is choosing where to start.
    case starting
    /// Blocks are missing and on their way.
    case syncing
    /// The cursor is the tip, or was within the last few polls and nothing stands in the way.
    case following
    /// Nothing can go on at present; nodes are asked again and again, and nothing is committed on a guess.
    case stalled(Stall)
}

/// Why nothing can go on at present.
public enum Stall: String, Hashable, Sendable {
    case noNode = "no_node"
    case wrongChain = "wrong_chain"
    case lagging
    case downloading
    case forked
    case startAboveTip = "start_above_tip"
}

extension Stall {
    /// Whether it passes only when somebody does something: where to look first.
    public var advice: String? {
        switch self {
        case .noNode: "see that a node runs and can be reached, and that its URL and password are right"
        case .wrongChain: "see which chain the nodes serve, and which one the network's file means"
        case .startAboveTip, .lagging, .downloading, .forked: nil
        }
    }
}

extension Stall: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noNode: "no node answers properly"
        case .wrongChain: "every node serves another chain than the one configured; check the nodes' addresses"
        case .lagging: "the nodes' tips are below the last block read; waiting for them to catch up"
        case .downloading: "the nodes are still downloading the chain; waiting for them to finish"
        case .forked: "the nodes' best chain no longer contains the last block read"
        case .startAboveTip: "the configured start is above the nodes' tips; waiting for the chain to reach it"
        }
    }
}
