import Foundation

/// The `confirmd` that was built together with the tests.
public enum Executable {
    /// Its path, or nil when it was not built.
    public static let path = path(of: "confirmd")

    /// The path of any executable of ours, beside the test bundle, or nil when it was not built.
    static func path(of name: String) -> String? {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = bundle.deletingLastPathComponent().appendingPathComponent(name).path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(60)
    ) async throws -> Command.Output {
        try await Command.run([try required] + arguments, environment: environment, within: limit)
    }

    static var required: String {
        get throws {
            guard let path else { throw TestFailure("confirmd is not built; run swift build --build-tests") }
            return path
        }
    }
}
