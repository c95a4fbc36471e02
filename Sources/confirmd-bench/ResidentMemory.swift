import Foundation
import Glibc

/// What this process holds of the machine's memory.
enum ResidentMemory {
    /// Megabytes now.
    static var megabytes: Double {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return Double(pages?.dropFirst().first.flatMap { Int($0) } ?? 0) * Double(sysconf(CInt(_SC_PAGESIZE))) / 1e6
    }
}
