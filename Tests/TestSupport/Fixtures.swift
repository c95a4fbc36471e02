public import Foundation
import Glibc

/// Real blocks, transactions and addresses with what is known about them. They lie outside the repository,
/// in `../shared/fixtures`; where they are absent, tests over them are skipped:
///
///     @Test(.enabled(if: Fixtures.folder("bitcoin") != nil, "needs ../shared/fixtures"))
public enum Fixtures {
    /// The folder of one chain's fixtures, or nil when it is absent.
    public static func folder(_ name: String) -> URL? {
        guard let root else { return nil }
        let folder = root.appendingPathComponent(name, isDirectory: true)
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }

    /// The files of a folder that are not among those that tests read, but for the note about where all are from.
    public static func unread(in folder: String, reading names: Set<String>) throws -> [String] {
        guard let folder = Self.folder(folder) else { throw TestFailure("there are no fixtures of \(folder)") }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0 != "PROVENANCE.md" && !names.contains($0) }.sorted()
    }

    /// The content of a gzip file.
    public static func gunzip(_ file: URL) throws -> Data {
        let output = Scratch.newPath("gunzip")
        defer { unlink(output) }
        let pid = try spawn(
            ["gunzip", "-c", file.path], environment: ["PATH": Path.variable], input: "/dev/null", output: output,
            errors: "/dev/null")
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        guard status == 0 else { throw TestFailure("gunzip could not read \(file.path)") }
        return try Data(contentsOf: URL(fileURLWithPath: output))
    }

    /// Asked once, so that the note about its absence comes once.
    private static let root: URL? = {
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = package.deletingLastPathComponent().appendingPathComponent("shared/fixtures", isDirectory: true)
        if FileManager.default.fileExists(atPath: folder.path) { return folder }
        print("note: \(folder.path) is absent; tests over real chain data are skipped")
        return nil
    }()
}
