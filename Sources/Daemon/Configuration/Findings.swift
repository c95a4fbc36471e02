/// What reading the configuration has brought up so far. A reader reports and goes on, so that one run shows everything.
final class Findings {
    private(set) var problems: [ConfigurationProblem] = []
    /// What works, yet an operator should know.
    private(set) var warnings: [String] = []

    func report(_ problem: ConfigurationProblem) { problems.append(problem) }

    func warn(_ warning: String) { warnings.append(warning) }

    /// The value that was read, unless anything is wrong.
    func result<Value>(_ value: Value?) throws(ConfigurationError) -> Value {
        guard let value, problems.isEmpty else { throw ConfigurationError(problems) }
        return value
    }
}
