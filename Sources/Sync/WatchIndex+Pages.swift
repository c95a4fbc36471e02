internal import Glibc

extension WatchIndex {
    /// A table of free slots, in huge pages where the kernel grants them: with small ones nearly every probe of a large
    /// table also misses the TLB.
    static func emptyTable(_ length: Int) -> [UInt64] {
        Array(unsafeUninitializedCapacity: length) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            let pageSize = 2 << 20
            if let start = bytes.baseAddress?.alignedUp(toMultipleOf: 4_096), bytes.count >= pageSize {
                // A hint: when it is refused the table works all the same.
                madvise(start, bytes.count - 4_096, MADV_HUGEPAGE)
            }
            buffer.initialize(repeating: 0)
            count = length
        }
    }
}
