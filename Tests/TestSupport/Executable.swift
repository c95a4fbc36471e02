import Foundation

/// The `confirmd` that was built together with the tests, or another release's, named by `CONFIRMD_TEST_EXECUTABLE`, over the
/// schema of that one (`deploy/previous`).
public enum Executable {
    /// Its path, or nil when it was not built.
    public static let path = ProcessInfo.processInfo.environment["CONFIRMD_TEST_EXECUTABLE"] ?? path(of: "confirmd")

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
        let isMigration = arguments.first == "migrate"
        return try await Command.run(
            [isMigration ? path(of: "confirmd") ?? required : required] + arguments, environment: environment,
            within: limit)
    }

    static var required: String {
        get throws {
            guard let path else { throw TestFailure("confirmd is not built; run swift build --build-tests") }
            return path
        }
    }
}
