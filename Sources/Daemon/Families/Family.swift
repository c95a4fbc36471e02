/// A family of networks: what a network's file says for it beside what every file says, and the adapter that this makes.
struct Family: Sendable {
    let name: String
    /// Its own keys in a network's file, first the one that says which chain it is.
    let keys: [String]
    /// Its own keys in an asset's entry.
    let assetKeys: [String]
    /// Its own keys in a node's entry.
    var nodeKeys: [String] = []
    /// The header that brings a node's `api_key_file`, where it takes one.
    var apiKeyHeader: String?
    /// The adapter that its keys describe, in the file and in its assets' entries; nil, and reported, when they are
    /// wrong.
    let adapter: @Sendable (_ root: Section, _ assets: [Section]) -> ChainAdapter?

    /// The families that this version has.
    static let all = [bitcoin, evm, tron]
}
