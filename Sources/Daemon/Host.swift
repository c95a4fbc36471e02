import Foundation

/// The machine that this process runs on.
enum Host {
    static let name = ProcessInfo.processInfo.hostName

    /// Its name in full, and the first part of it.
    static var names: [String] { [name, String(name.prefix { $0 != "." })] }
}
