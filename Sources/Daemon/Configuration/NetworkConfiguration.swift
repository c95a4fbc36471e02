import Chain
import NodeHTTP
import Payments
import Sync

/// What one file of `networks.d` says.
struct NetworkConfiguration: Sendable {
    let network: String
    let family: String
    let adapter: ChainAdapter
    let nodes: [NodeAccess]
    /// What deposits wait for.
    let terms: PolicyTerms
    /// Nil where thresholds are never raised.
    let cautionTerms: CautionTerms?
    /// Blocks of history kept; a deeper reorganization halts the network.
    let maxReorgDepth: Int
    /// How long the chain may be silent before its tip is no longer trusted to be seen.
    let maxBlockGap: Duration
    let arrivalGrace: Duration
    let start: Start
    /// From one regular question for a node's state to the next.
    let pollInterval: Duration
    /// Nil where payments are not looked for before they are in a block.
    let mempool: MempoolView.Settings?
    /// Takes the place of what is known of the coin's node software.
    let minimumNodeVersion: NodeVersion?
    let assets: [Asset]
}
