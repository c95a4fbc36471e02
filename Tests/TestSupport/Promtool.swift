import Foundation

/// Prometheus's own tool for metrics and alert rules. `deploy/test` takes it out of Debian's package; where it is absent,
/// tests with it are skipped.
public enum Promtool {
    /// The program, or nil.
    public static let path: String? =
        [Package.file(".build-promtool/promtool")].first { FileManager.default.isExecutableFile(atPath: $0) }
        ?? Path.find("promtool")

    /// Runs it in the folder named.
    public static func run(
        _ arguments: String..., input: String = "", in folder: String = Package.file("deploy")
    ) async throws -> Command.Output {
        guard let path else { throw TestFailure("there is no promtool; deploy/test gets it") }
        return try await Command.run(["env", "--chdir=\(folder)", path] + arguments, input: input)
    }
}
