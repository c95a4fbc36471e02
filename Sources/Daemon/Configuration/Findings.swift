import NodeHTTP

/// What reading the configuration has brought up so far. A reader reports and goes on: one run shows everything.
final class Findings {
    /// Whether the files with secrets are opened. Without them the configuration can be looked at, not put to use.
    let readsSecrets: Bool
    /// What hosts' names stand for. Nobody is asked where secrets are left alone, too.
    let lookup: HostLookup
    private(set) var problems: [ConfigurationProblem] = []
    /// What is not an error, yet an operator should know.
    private(set) var warnings: [ConfigurationProblem] = []
    /// Every value that is in force, in the order of reading.
    private(set) var settings: [EffectiveSetting] = []

    init(readsSecrets: Bool = true) {
        self.readsSecrets = readsSecrets
        lookup = readsSecrets ? HostLookup(within: .seconds(3)) : .offline
    }

    /// What two readers find is one problem.
    func report(_ problem: ConfigurationProblem) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    func warn(_ problem: ConfigurationProblem) {
        if !warnings.contains(problem) { warnings.append(problem) }
    }

    func note(_ setting: EffectiveSetting) {
        if !settings.contains(setting) { settings.append(setting) }
    }

    /// What the file holds that a setting names, which counts from the next start.
    func note(content: String, of key: String, in file: String) {
        for place in settings.indices where settings[place].key == key && settings[place].file == file {
            settings[place].contentHash = content.hashValue
        }
    }

    /// The value that was read, unless anything is wrong.
    func result<Value>(_ value: Value?) throws(ConfigurationError) -> Value {
        guard let value, problems.isEmpty else { throw ConfigurationError(problems) }
        return value
    }
}
