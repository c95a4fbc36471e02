import Foundation

/// Which bytes of a sound block its header does not commit to: markers, flags and witnesses, a HogEx's closing zero and
/// the extension block. Found by a walk of its own, which trusts the block.
struct BlockLayout {
    private(set) var uncommitted = IndexSet()
    /// Where the last transaction ends.
    private(set) var transactionsEnd = 80

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let count = readCount()
        for _ in 0..<count { readTransaction() }
        if transactionsEnd < bytes.count { uncommitted.insert(integersIn: transactionsEnd..<bytes.count) }
    }

    private mutating func readTransaction() {
        transactionsEnd += 4
        var flag: UInt8 = 0
        if bytes[transactionsEnd] == 0 {
            flag = bytes[transactionsEnd + 1]
            uncommitted.insert(integersIn: transactionsEnd..<transactionsEnd + 2)
            transactionsEnd += 2
        }
        let inputs = readCount()
        for _ in 0..<inputs {
            transactionsEnd += 36
            skipBytes()
            transactionsEnd += 4
        }
        for _ in 0..<readCount() {
            transactionsEnd += 8
            skipBytes()
        }
        let bodyEnd = transactionsEnd
        if flag & 1 != 0 {
            for _ in 0..<inputs {
                for _ in 0..<readCount() { skipBytes() }
            }
        }
        if flag & 8 != 0 { transactionsEnd += 1 }
        if flag != 0 { uncommitted.insert(integersIn: bodyEnd..<transactionsEnd) }
        transactionsEnd += 4
    }

    private mutating func skipBytes() {
        transactionsEnd += readCount()
    }

    private mutating func readCount() -> Int {
        let first = bytes[transactionsEnd]
        let size = first < 0xfd ? 0 : 1 << Int(first - 0xfc)
        let tail = bytes[transactionsEnd + 1..<transactionsEnd + 1 + size]
        transactionsEnd += 1 + size
        return size == 0 ? Int(first) : tail.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
