import Foundation

/// The Pythons that tests use as another language's view of the contract, and that run `EthereumNode`. `deploy/test` makes
/// each in a folder of its own with what a requirements file below `Tests/Python` names; where one is absent, tests with it
/// are skipped:
///
///     @Test(.enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
public enum Python {
    /// The interpreter, or nil when it was not made.
    public static let path = interpreter(".build-python")

    /// The one with tronpy, whose requirements are at odds with the other's; nil when it was not made.
    public static let tronpyPath = interpreter(".build-tronpy")

    /// A command that runs a script of the package.
    public static func command(_ script: String, _ arguments: String...) throws -> [String] {
        guard let path else { throw TestFailure("there is no .build-python; deploy/test makes it") }
        return [path, Package.file(script)] + arguments
    }

    private static func interpreter(_ folder: String) -> String? {
        let path = Package.file("\(folder)/bin/python")
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }
}
