import Payments

/// What another configuration means for a daemon that runs.
struct ConfigurationChange: Sendable {
    let configuration: Configuration
    /// Networks of which thresholds, assets, fees or times differ, as they are to be.
    let networks: [NetworkConfiguration]
    /// Settings that count from the next restart, with where they are set.
    let waiting: [String]

    /// Throws when something differs that never may.
    init(from running: Configuration, to other: Configuration) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        for network in running.networks {
            for asset in network.assets {
                for (other, again) in other.networks.flatMap({ other in other.assets.map { (other, $0) } })
                where again.code == asset.code
                    && (other.network, again.decimals, again.contract)
                        != (network.network, asset.decimals, asset.contract)
                {
                    problems.append(
                        ConfigurationProblem(
                            file: other.network + ".yaml",
                            message: """
                                asset \(asset.code) keeps its network, contract and decimals for ever; give the other \
                                one another code
                                """))
                }
            }
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        configuration = other
        networks = other.networks.filter { network in
            running.networks.contains { $0.network == network.network && $0.publication != network.publication }
        }
        waiting = Self.waiting(running.settings, other.settings)
    }

    private static func waiting(_ running: [EffectiveSetting], _ other: [EffectiveSetting]) -> [String] {
        func values(_ settings: [EffectiveSetting]) -> [[String]: EffectiveSetting] {
            Dictionary(
                settings.filter { !isReloadable($0.key) }.map { ([$0.file, $0.key], $0) },
                uniquingKeysWith: { $1 })
        }
        let (before, after) = (values(running), values(other))
        let changed = after.filter { before[$0.key]?.value != $0.value.value }.values
        let removed = before.filter { after[$0.key] == nil }.values
        return (changed.map { "\($0.key) (\($0.origin))" } + removed.map { "\($0.key) (was in \($0.file))" }).sorted()
    }

    /// Thresholds, assets, fees and times take effect without a restart.
    private static func isReloadable(_ key: String) -> Bool {
        key.hasPrefix("confirmations.") || key.hasPrefix("assets[") || key == "max_block_gap" || key == "arrival_grace"
    }
}
