public import Chain

extension EVMChain {
    /// The oldest version of a node's software that is to be trusted with money on this chain: what came before does not know
    /// the rules of a fork that is long active, and follows a chain of its own or none. Nil where none is known.
    public func minimumVersion(of software: NodeSoftware) -> NodeVersion? {
        Self.minimumVersions[id]?[software.name].flatMap { NodeVersion($0) }
    }

    private static let minimumVersions: [UInt64: [String: String]] = [
        // Fusaka, 3 December 2025 (blog.ethereum.org, "Fusaka Mainnet Announcement").
        1: [
            "besu": "25.11.0", "erigon": "3.2.2", "geth": "1.16.7", "nethermind": "1.35.2", "reth": "1.9.1",
        ],
        // Jovian, 2 December 2025 (op-geth's release notes).
        10: ["geth": "1.101603.3"],
        8_453: ["geth": "1.101603.3"],
        // Fermi, 14 January 2026 (bsc's release notes).
        56: ["geth": "1.6.4"],
        // Madhugiri, December 2025 (bor's release notes).
        137: ["bor": "2.5.0"],
        // ArbOS 51, 8 January 2026 (docs.arbitrum.io, "ArbOS 51 Dia").
        42_161: ["nitro": "3.9.3"],
    ]
}
