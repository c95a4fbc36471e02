internal import Chain
internal import NodeHTTP

/// Reads what `debug_traceBlockByHash` gives with geth's callTracer: for each transaction the tree of its calls.
enum CallTracer {
    /// The traces of the transactions with these hashes, in their order.
    static func traces(_ answer: ArraySlice<UInt8>, of transactions: [Hash256]) throws -> [CallTrace] {
        var traces: [CallTrace] = []
        var scanner = JSONScanner(answer)
        try scanner.openArray()
        while try scanner.nextElement() {
            guard traces.count < transactions.count else {
                throw DecodeError(.malformed, "there are more traces than transactions")
            }
            let entry = try AnswerObject(&scanner)
            do { traces.append(try trace(entry, of: transactions[traces.count])) } catch let error as DecodeError {
                throw error.within("trace \(traces.count)")
            }
        }
        try scanner.end()
        guard traces.count == transactions.count else {
            throw DecodeError(.malformed, "\(transactions.count) transactions have \(traces.count) traces")
        }
        return traces
    }

    private static func trace(_ entry: AnswerObject, of transaction: Hash256) throws -> CallTrace {
        // Nodes of before 2023 leave it out.
        if let hash = try entry.hash("txHash"), hash != transaction {
            throw DecodeError(.malformed, "it is that of \(hash), not of \(transaction)")
        }
        guard let result = try entry["result"] else {
            throw DecodeError(.malformed, "the node could not trace \(transaction)")
        }
        var scanner = JSONScanner(result)
        let trace = try trace(&scanner)
        try scanner.end()
        return trace
    }

    /// Reads one transaction's calls, without recursion: how deep they are is up to whoever made the transaction.
    static func trace(_ scanner: inout JSONScanner) throws -> CallTrace {
        var payments: [CallTrace.Payment] = []
        var path: [UInt32] = []
        var frames = [CallFrame(start: 0)]
        try scanner.openObject()
        while true {
            let top = frames.count - 1
            if frames[top].isInCalls {
                frames[top].isInCalls = try scanner.nextElement()
                guard frames[top].isInCalls else { continue }
                guard frames.count < CallTrace.depthMax else {
                    throw DecodeError(.malformed, "calls nest deeper than the EVM lets them")
                }
                path.append(frames[top].children)
                frames[top].children += 1
                frames.append(CallFrame(start: payments.count))
                try scanner.openObject()
            } else if let key = try scanner.nextKey() {
                try read(key, of: &frames[top], &scanner)
            } else {
                let frame = frames.removeLast()
                if frame.hasFailed {
                    // What it had moved is undone, and all below it, which bears no mark of that.
                    payments.removeSubrange(frame.start...)
                } else if let payment = try frame.payment(at: path) {
                    payments.append(payment)
                }
                if frames.isEmpty { return CallTrace(payments: payments, hasFailed: frame.hasFailed) }
                path.removeLast()
            }
        }
    }

    private static func read(
        _ key: ArraySlice<UInt8>, of frame: inout CallFrame, _ scanner: inout JSONScanner
    ) throws {
        if key.isEqual(to: "calls") {
            try scanner.openArray()
            frame.isInCalls = true
            return
        }
        let value = try scanner.value()
        if value.isEqual(to: "null") { return }
        if key.isEqual(to: "type") {
            frame.isPaying = try isPaying(value)
        } else if key.isEqual(to: "from") {
            frame.sender = try address(value)
        } else if key.isEqual(to: "to") {
            frame.recipient = try address(value)
        } else if key.isEqual(to: "value") {
            frame.value = try UInt256(json: value, "value")
        } else if key.isEqual(to: "error") {
            frame.hasFailed = true
        }
    }

    /// A DELEGATECALL shows its caller's value, a CALLCODE pays its caller itself.
    private static func isPaying(_ type: ArraySlice<UInt8>) throws(DecodeError) -> Bool {
        switch String(decoding: type.prefix(32), as: UTF8.self) {
        case #""CALL""#, #""CREATE""#, #""CREATE2""#, #""SELFDESTRUCT""#: true
        case #""CALLCODE""#, #""DELEGATECALL""#, #""STATICCALL""#: false
        case let other: throw DecodeError(.unknownFormat, "a call has the unknown type \(other)")
        }
    }

    private static func address(_ json: ArraySlice<UInt8>) throws(DecodeError) -> WatchKey {
        guard let key = WatchKey(json: json) else { throw DecodeError(.malformed, "a call has a broken address") }
        return key
    }
}
