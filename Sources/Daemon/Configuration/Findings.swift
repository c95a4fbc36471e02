/// What reading the configuration has brought up so far. A reader reports and goes on: one run shows everything.
final class Findings {
    private(set) var problems: [ConfigurationProblem] = []
    /// Files with a password that every user of the host may read.
    private(set) var publicSecrets: [String] = []

    func report(_ problem: ConfigurationProblem) { problems.append(problem) }

    func notePublicSecret(_ path: String) { publicSecrets.append(path) }

    /// The value that was read, unless anything is wrong.
    func result<Value>(_ value: Value?) throws(ConfigurationError) -> Value {
        guard let value, problems.isEmpty else { throw ConfigurationError(problems) }
        return value
    }
}
