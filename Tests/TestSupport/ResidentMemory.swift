import Glibc

/// How much memory the process takes at most, beyond what it had: the kernel's peak of resident pages, which it sets
/// back on demand.
struct ResidentMemory: ~Copyable {
    private let control: Int32
    private let status: Int32
    private var before = 0

    /// Large blocks go back to the system at once, so that taking them again shows.
    init() {
        control = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        status = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        // Not among what the Glibc module shows: M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h.
        if let symbol = dlsym(nil, "mallopt") {
            let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
            _ = mallopt(-3, 64 << 10)
            _ = mallopt(-1, 64 << 10)
        }
    }

    deinit {
        close(control)
        close(status)
    }

    mutating func reset() {
        write(control, "5", 1)
        before = peak
    }

    /// Bytes since `reset`, at the most.
    var growth: Int { peak - before }

    /// `VmHWM` of the process. What getrusage has also counts what the process was before it became this program.
    private var peak: Int {
        withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            let count = pread(status, buffer.baseAddress, buffer.count, 0)
            let text = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            return (kibibytes ?? 0) * 1_024
        }
    }
}
