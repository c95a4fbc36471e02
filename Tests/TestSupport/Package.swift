import Foundation

/// The folder that the tests were built from.
public enum Package {
    /// The path of a file in it.
    public static func file(_ path: String) -> String { root.appendingPathComponent(path).path }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
