import Foundation

/// The Python that tests use as another language's view of the contract, and that runs `EthereumNode`. `deploy/test` makes
/// it, in `.build-python`, with what `Tests/Python/requirements.txt` names; where it is absent, tests with it are skipped:
///
///     @Test(.enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
public enum Python {
    /// The interpreter, or nil when it was not made.
    public static let path: String? = {
        let path = Package.file(".build-python/bin/python")
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// A command that runs a script of the package.
    public static func command(_ script: String, _ arguments: String...) throws -> [String] {
        guard let path else { throw TestFailure("there is no .build-python; deploy/test makes it") }
        return [path, Package.file(script)] + arguments
    }
}
