import Foundation

/// Everything that the files of the configuration say, checked as a whole.
struct Configuration: Sendable {
    let main: MainConfiguration
    /// In the order of their files' names.
    let networks: [NetworkConfiguration]
    /// What is not an error, yet an operator should know.
    let warnings: [ConfigurationProblem]
    /// Every value that is in force.
    let settings: [EffectiveSetting]

    /// Reads `confirmd.yaml` and the files of `networks.d` beside it, and reports whatever is wrong at once. Without
    /// the secrets it is good for looking at only.
    static func read(_ path: String, withSecrets: Bool = true) throws(ConfigurationError) -> Configuration {
        let findings = Findings(readsSecrets: withSecrets)
        let file = SettingsFile(path: path, findings: findings)
        let main = MainConfiguration.read(file)
        let folder = file.resolve("networks.d")
        var registry = NetworkRegistry()
        let networks = files(in: folder, findings).compactMap { NetworkConfiguration.read($0, &registry) }
        let configuration = main.map {
            Configuration(
                main: $0, networks: networks, warnings: findings.warnings, settings: findings.settings)
        }
        return try findings.result(configuration)
    }

    /// Why no daemon runs by it although nothing in it is wrong; nil when one does.
    func emptiness(at path: String) -> CommandFailure? {
        guard networks.isEmpty else { return nil }
        return CommandFailure(
            message: "no network is configured", advice: "Describe one in a file of networks.d beside \(path).",
            exitCode: CommandFailure.configuration)
    }

    private static func files(in folder: String, _ findings: Findings) -> [SettingsFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(".yml") {
            findings.report(
                ConfigurationProblem(
                    file: folder + "/" + name, message: "only files that end in .yaml are read; rename it"))
        }
        // Hidden files are what editors leave lying about.
        return names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
            .map { SettingsFile(path: folder + "/" + $0, findings: findings) }
    }
}
