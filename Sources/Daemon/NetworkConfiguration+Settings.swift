import NodeHTTP
import Store
import Watcher

extension NetworkConfiguration {
    /// What others read of it in the database.
    var publication: Publication {
        Publication(
            family: family, chain: adapter.chain, addressSpace: adapter.addressSpace, maximumBlockGap: maxBlockGap,
            arrivalGrace: arrivalGrace,
            terms: terms, cautionTerms: cautionTerms, assets: assets)
    }

    /// What its worker has to know.
    var settings: NetworkSettings {
        NetworkSettings(
            network: network, publication: publication, start: start, maxReorgDepth: maxReorgDepth,
            pollInterval: pollInterval, blockSpacing: adapter.blockSpacing,
            lookBack: lookBack, mempool: mempool)
    }

    /// As far back as its nodes' budgets allow.
    private var lookBack: Duration { adapter.lookBack.within(nodes.map(\.endpoint.budget?.limits)) }

    /// How far back blocks are looked at for new addresses, in seconds, and how far they would be if budgets allowed.
    struct LookBackInForce: Sendable {
        let seconds: Int64
        let wanted: Int64
    }

    var lookBackInForce: LookBackInForce {
        LookBackInForce(seconds: lookBack.components.seconds, wanted: adapter.lookBack.atMost.components.seconds)
    }
}
