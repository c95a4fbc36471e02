import Bitcoin
import Foundation

/// Where the parts of a sound block are, found by a walk of its own, which trusts the block. The block may be one of
/// Dogecoin's, with a proof of another chain's work.
struct BlockLayout {
    /// Which bytes the header does not commit to: markers, flags and witnesses, a HogEx's closing zero and the
    /// extension block, and the name of a parent.
    private(set) var uncommitted = IndexSet()
    private(set) var transactions: [Range<Int>] = []
    /// The 36 bytes of each input's outpoint, for each transaction.
    private(set) var outpoints: [[ArraySlice<UInt8>]] = []
    /// Where the last transaction ends.
    private(set) var transactionsEnd = 80

    private let bytes: [UInt8]

    init(_ bytes: [UInt8], of coin: Coin = .litecoin) {
        self.bytes = bytes
        if coin == .dogecoin, bytes[1] & 1 == 1 { skipProof() }
        let count = readCount()
        for _ in 0..<count {
            let start = transactionsEnd
            readTransaction()
            transactions.append(start..<transactionsEnd)
        }
        if transactionsEnd < bytes.count { uncommitted.insert(integersIn: transactionsEnd..<bytes.count) }
    }

    /// The parent's coinbase and hash, two branches with an index each, and the parent's header. The hash is that of the
    /// parent's header anyway.
    private mutating func skipProof() {
        readTransaction()
        outpoints = []
        uncommitted.insert(integersIn: transactionsEnd..<transactionsEnd + 32)
        transactionsEnd += 32
        for _ in 0..<2 { transactionsEnd += 32 * readCount() + 4 }
        transactionsEnd += 80
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
        outpoints.append([])
        for _ in 0..<inputs {
            outpoints[outpoints.count - 1].append(bytes[transactionsEnd..<transactionsEnd + 36])
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
