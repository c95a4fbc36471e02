import Store
import Watcher

extension NetworkConfiguration {
    /// What others read of it in the database.
    var publication: Publication {
        Publication(
            family: family, chain: adapter.chain, maximumBlockGap: maxBlockGap, arrivalGrace: arrivalGrace,
            thresholds: thresholds, tiers: tiers, quorum: quorum, cautionTerms: cautionTerms, assets: assets)
    }

    /// What its worker has to know.
    var settings: NetworkSettings {
        NetworkSettings(
            network: network, publication: publication, start: start, maxReorgDepth: maxReorgDepth,
            pollInterval: pollInterval, blockSpacing: adapter.blockSpacing,
            lookBack: adapter.lookBack, mempool: mempool)
    }
}
