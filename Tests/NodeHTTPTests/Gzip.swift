import Foundation

enum Gzip {
    /// So many MiB of zeros, compressed by the gzip command.
    static func zeros(mebibytes: Int) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gzip-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let command = "head -c \(mebibytes << 20) /dev/zero | gzip -9 > zeros.gz"
        try ChildProcess(["/bin/sh", "-c", command], in: folder).waitForEnd()
        return Array(try Data(contentsOf: folder.appending(path: "zeros.gz")))
    }
}
