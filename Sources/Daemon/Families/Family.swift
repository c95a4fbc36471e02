/// A family of networks: what a network's file says for it beside what every file says, and the adapter that this makes.
struct Family: Sendable {
    let name: String
    /// Its own keys in a network's file.
    let keys: [String]
    /// Its own keys in an asset's entry.
    let assetKeys: [String]
    /// The adapter that its keys describe, in the file and in its assets' entries; nil, and reported, when they are
    /// wrong.
    let adapter: @Sendable (_ root: Section, _ assets: [Section]) -> ChainAdapter?

    /// The families that this version has.
    static let all = [bitcoin, evm]
}
