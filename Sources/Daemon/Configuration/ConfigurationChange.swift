import Payments

/// What another configuration means for a daemon that runs.
struct ConfigurationChange: Sendable {
    let configuration: Configuration
    /// Networks of which thresholds, assets, fees or times differ, as they are to be.
    let networks: [NetworkConfiguration]
    /// What counts from the next restart, and where it is set.
    let waiting: [String]

    /// Throws when something differs that never may.
    ///
    /// - Parameters:
    ///   - running: what is in force, by the last reload.
    ///   - started: what the daemon was started with, and goes by where a reload changes nothing.
    init(
        from running: Configuration, startedWith started: Configuration, to other: Configuration
    ) throws(ConfigurationError) {
        let problems = Self.chainsThatChange(running, other) + Self.assetsThatChange(running, other)
        if !problems.isEmpty { throw ConfigurationError(problems) }
        configuration = other
        networks = other.networks.filter { network in
            started.networks.contains { $0.network == network.network }
                && !running.networks.contains {
                    $0.network == network.network && $0.publication == network.publication
                }
        }
        waiting = Self.waiting(started.settings, other.settings)
    }

    private static func chainsThatChange(
        _ running: Configuration, _ other: Configuration
    ) -> [ConfigurationProblem] {
        running.networks.flatMap { network in
            other.networks.filter {
                $0.network == network.network
                    && ($0.family, $0.adapter.chain) != (network.family, network.adapter.chain)
            }
        }.map { network in
            other.problem(
                "network \(network.network) keeps its chain for ever; give the other chain another network's name",
                at: "network", of: network.network)
        }
    }

    private static func assetsThatChange(
        _ running: Configuration, _ other: Configuration
    ) -> [ConfigurationProblem] {
        let known = running.networks.flatMap { network in network.assets.map { (network.network, $0) } }
        return other.networks.flatMap { network in network.assets.map { (network.network, $0) } }
            .filter { network, asset in
                known.contains {
                    $1.code == asset.code && ($0, $1.decimals, $1.contract) != (network, asset.decimals, asset.contract)
                }
            }
            .map { _, asset in
                other.problem(
                    """
                    asset \(asset.code) keeps its network, contract and decimals for ever; give the other one another \
                    code
                    """, at: "code", of: asset.code)
            }
    }

    private static func waiting(_ started: [EffectiveSetting], _ other: [EffectiveSetting]) -> [String] {
        func values(_ settings: [EffectiveSetting]) -> [[String]: EffectiveSetting] {
            Dictionary(
                settings.filter { !isReloadable($0.key) }.map { ([$0.file, $0.key], $0) },
                uniquingKeysWith: { $1 })
        }
        let (before, after) = (values(started), values(other))
        let (oldFiles, newFiles) = (Set(started.map(\.file)), Set(other.map(\.file)))
        let files =
            newFiles.subtracting(oldFiles).map { "\($0) (new)" }
            + oldFiles.subtracting(newFiles).map { "\($0) (gone)" }
        let changed = after.values.filter {
            guard oldFiles.contains($0.file) else { return false }
            let old = before[[$0.file, $0.key]]
            return (old?.value, old?.contentHash) != ($0.value, $0.contentHash)
        }
        let removed = before.values.filter { newFiles.contains($0.file) && after[[$0.file, $0.key]] == nil }
        return (files + changed.map { "\($0.key) (\($0.origin))" } + removed.map { "\($0.key) (was in \($0.file))" })
            .sorted()
    }

    /// Thresholds and what raises them, the quorum, assets, fees and times take effect without a restart.
    private static func isReloadable(_ key: String) -> Bool {
        // What nodes are told of an asset they are told once.
        if key.hasPrefix("assets["), key.hasSuffix(".token_id") || key.hasSuffix(".unindexed") { return false }
        return ["confirmations.", "caution.", "assets["].contains { key.hasPrefix($0) }
            || ["quorum", "max_block_gap", "arrival_grace"].contains(key)
    }
}

extension Configuration {
    /// A problem with the setting of that name and value.
    fileprivate func problem(_ message: String, at key: String, of value: String) -> ConfigurationProblem {
        let setting = settings.first { $0.value == value && ($0.key == key || $0.key.hasSuffix("." + key)) }
        return ConfigurationProblem(file: setting?.file ?? "", line: setting?.line, message: message)
    }
}
