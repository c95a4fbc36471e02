/// What a node runs, as far as it says.
public struct NodeSoftware: Hashable, Sendable {
    /// In small letters: `geth`, `litecoincore`.
    public let name: String
    public let version: NodeVersion

    public init(name: some StringProtocol, version: NodeVersion) {
        self.name = name.lowercased()
        self.version = version
    }
}
