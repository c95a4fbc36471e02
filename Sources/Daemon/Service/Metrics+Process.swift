import Foundation
import Glibc
import Telemetry

/// What the process takes of its machine, by the names that every exporter for Prometheus has.
extension MetricFamily {
    static let processCPU = MetricFamily(
        "process_cpu_seconds_total", .counter, "Time on a processor, of user and system, in seconds.")
    static let processResident = MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory in bytes.")
    static let processVirtual = MetricFamily("process_virtual_memory_bytes", .gauge, "Virtual memory in bytes.")
    static let processOpenFiles = MetricFamily("process_open_fds", .gauge, "Open file descriptors.")
    static let processMaxFiles = MetricFamily("process_max_fds", .gauge, "Most file descriptors that may be open.")
    static let processStart = MetricFamily(
        "process_start_time_seconds", .gauge, "When the process was started, in seconds since 1970.")
}

extension Metrics {
    /// Looks them up. What the system does not tell is left out.
    func noteProcess() {
        // In millionths of a second on every system: POSIX, clock().
        let time = clock()
        if time != -1 { set(.processCPU, to: Double(time) / 1e6) }
        // Pages: proc(5).
        if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
            let pages = text.split(separator: " ").compactMap { Double($0) }
            let page = Double(sysconf(Int32(_SC_PAGESIZE)))
            if pages.count > 1 {
                set(.processVirtual, to: pages[0] * page)
                set(.processResident, to: pages[1] * page)
            }
        }
        // Less the one by which they are counted.
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            set(.processOpenFiles, to: Double(files.count - 1))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            set(.processMaxFiles, to: Double(limit.rlim_cur))
        }
    }
}
