/// One thing that is wrong in a configuration file, and where. Lines and columns count from 1.
struct ConfigurationProblem: Hashable, Sendable {
    let file: String
    var line: Int?
    var column: Int?
    let message: String
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `litecoin.yaml:3:1: …`, as compilers write it and editors jump to it.
    var description: String {
        ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
    }
}

extension ConfigurationProblem: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line ?? 0, left.column ?? 0) < (right.file, right.line ?? 0, right.column ?? 0)
    }
}

/// Everything that is wrong with the configuration, by file and line. Nothing of it has been put to use.
struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    let problems: [ConfigurationProblem]

    init(_ problems: [ConfigurationProblem]) { self.problems = problems.sorted() }

    var description: String { problems.map(\.description).joined(separator: "\n") }
}
