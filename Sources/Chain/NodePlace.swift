/// Where a node answers from. Names, logins and keys do not tell nodes apart: a node that is written down twice, once by its
/// host's name and once by its address, is one node.
public struct NodePlace: Hashable, Sendable {
    /// The host's address, or its name while that is not known.
    public let host: String
    public let port: String
    /// What the URL has after them, without `/` at its end: one port may lead to several nodes. It may be a secret.
    public let path: String

    public init(host: String, port: String = "", path: String = "") {
        self.host = host
        self.port = port
        self.path = path
    }

    /// For each node, by the places that it answers from, the first one before it that shares one of them; nil where it
    /// is another node than all before.
    public static func repeats(_ nodes: [Set<NodePlace>]) -> [Int?] {
        nodes.indices.map { node in nodes[..<node].firstIndex { !$0.isDisjoint(with: nodes[node]) } }
    }
}
