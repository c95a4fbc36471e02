internal import Chain
internal import NodeHTTP

/// Reads what `trace_block` gives (OpenEthereum's interface, also of Erigon, Nethermind, Besu and Reth): all calls of
/// the block as one list, callers before what they call.
enum BlockTracer {
    /// The traces of the transactions with these hashes, in their order.
    static func traces(_ answer: ArraySlice<UInt8>, of transactions: [Hash256]) throws -> [CallTrace] {
        var traces: [CallTrace] = []
        /// Of the transaction that is being read.
        var payments: [CallTrace.Payment] = []
        var (last, failed): ([UInt32], [UInt32]?) = ([], nil)
        func finish() { traces.append(CallTrace(payments: payments, hasFailed: failed == [])) }

        var isFirst = true
        var scanner = JSONScanner(answer)
        try scanner.openArray()
        while try scanner.nextElement() {
            let entry = try AnswerObject(&scanner)
            let type = try entry.require("type")
            // Block and uncle rewards, before the merge. They don't belong to a transaction.
            if type.isEqual(to: #""reward""#) { continue }
            let path = try path(try entry.require("traceAddress"))
            if path.isEmpty {
                if !isFirst { finish() }
                isFirst = false
                (payments, failed) = ([], nil)
            } else {
                guard last.lexicographicallyPrecedes(path) else {
                    throw DecodeError(.malformed, "trace \(traces.count): its calls are not in their order")
                }
            }
            last = path
            guard !isFirst, traces.count < transactions.count else {
                throw DecodeError(.malformed, "there are more traces than transactions")
            }
            let transaction = transactions[traces.count]
            guard try entry.requireHash("transactionHash") == transaction else {
                throw DecodeError(.malformed, "trace \(traces.count) is not that of \(transaction)")
            }
            // A failed call takes all below it with it, which comes next and bears no mark of that.
            if let failed, path.starts(with: failed) { continue }
            failed = try entry["error"] == nil ? nil : path
            guard failed == nil else { continue }
            if let payment = try frame(entry, type).payment(at: path) { payments.append(payment) }
        }
        try scanner.end()
        if !isFirst { finish() }
        guard traces.count == transactions.count else {
            throw DecodeError(.malformed, "\(transactions.count) transactions have \(traces.count) traces")
        }
        return traces
    }

    private static func frame(_ entry: AnswerObject, _ type: ArraySlice<UInt8>) throws -> CallFrame {
        let action = try AnswerObject(try entry.require("action"))
        var frame = CallFrame(start: 0)
        switch String(decoding: type.prefix(32), as: UTF8.self) {
        case #""call""#:
            frame.isPaying = try isPaying(try action.require("callType"))
            frame.sender = try action.address("from")
            frame.recipient = try action.address("to")
            frame.value = try action.amount("value") ?? UInt256(0)
        case #""create""#:
            frame.isPaying = true
            frame.sender = try action.address("from")
            frame.recipient = try entry["result"].map { try AnswerObject($0).address("address") } ?? nil
            frame.value = try action.amount("value") ?? UInt256(0)
        case #""suicide""#:
            frame.isPaying = true
            frame.sender = try action.address("address")
            frame.recipient = try action.address("refundAddress")
            frame.value = try action.amount("balance") ?? UInt256(0)
        case let other: throw DecodeError(.unknownFormat, "a trace has the unknown type \(other)")
        }
        return frame
    }

    private static func isPaying(_ callType: ArraySlice<UInt8>) throws(DecodeError) -> Bool {
        switch String(decoding: callType.prefix(32), as: UTF8.self) {
        case #""call""#: true
        case #""callcode""#, #""delegatecall""#, #""staticcall""#: false
        case let other: throw DecodeError(.unknownFormat, "a trace has the unknown call type \(other)")
        }
    }

    /// Decimal numbers, the only ones in these interfaces.
    private static func path(_ json: ArraySlice<UInt8>) throws -> [UInt32] {
        var path: [UInt32] = []
        var scanner = JSONScanner(json)
        try scanner.openArray()
        while try scanner.nextElement() {
            guard path.count < CallTrace.depthMax - 1,
                let step = UInt32(String(decoding: try scanner.value(), as: UTF8.self))
            else { throw DecodeError(.malformed, "a trace's address is not a path of calls") }
            path.append(step)
        }
        try scanner.end()
        return path
    }
}
