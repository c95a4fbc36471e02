import Foundation

/// Where programs are found.
enum Path {
    static let variable = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"

    /// The first executable of that name, or nil.
    static func find(_ name: String) -> String? {
        variable.split(separator: ":").lazy.map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
