extension JSONRPCClient {
    /// Makes the calls in requests as large as the node takes them and returns their results in the order of the calls;
    /// the first call that failed fails them all.
    public func batch<Value: Decodable & Sendable>(
        _ calls: [RPCCall], as type: Value.Type = Value.self,
        deadline: Duration = .seconds(30), maximumBytes: Int = 1 << 20
    ) async throws(RPCError) -> [Value] {
        var values: [Value] = []
        let texts = try await texts(of: calls, allOrNothing: true, deadline: deadline, maximumBytes: maximumBytes)
        for (call, text) in zip(calls, texts) { values.append(try decode(type, from: try text.get(), of: call.method)) }
        return values
    }

    /// The same where a call may fail without the others: a result or an error for each call, in the order of the
    /// calls.
    public func batchResults<Value: Decodable & Sendable>(
        _ calls: [RPCCall], as type: Value.Type = Value.self,
        deadline: Duration = .seconds(30), maximumBytes: Int = 1 << 20
    ) async throws(RPCError) -> [Result<Value, RPCError>] {
        let texts = try await texts(of: calls, deadline: deadline, maximumBytes: maximumBytes)
        return zip(calls, texts).map { call, text in
            Result { () throws(RPCError) in try decode(type, from: try text.get(), of: call.method) }
        }
    }

    /// The same with the JSON texts of the results as the node sent them, for a caller with its own decoder.
    ///
    /// Nodes and providers refuse batches in many words, so that none are read: where a request with several calls
    /// fails as a whole, or all of its calls do, the first call is made alone. When that is answered it was the batch,
    /// and the next ones are half as large, down to single calls. Where the node wants fewer requests, or takes too
    /// long, the error stands and the next batch is half as large.
    ///
    /// - Parameters:
    ///   - allOrNothing: throw the error of the first call that fails, and make no further ones.
    ///   - deadline: of each request.
    ///   - maximumBytes: of each request's answer.
    public func texts(
        of calls: [RPCCall], allOrNothing: Bool = false, deadline: Duration = .seconds(30), maximumBytes: Int = 1 << 20
    ) async throws(RPCError) -> [Result<ArraySlice<UInt8>, RPCError>] {
        var results: [Result<ArraySlice<UInt8>, RPCError>] = []
        var size = Int.max
        while results.count < calls.count {
            let part = Array(calls[results.count...].prefix(min(size, batchSize.value)))
            let (answers, isRefusal) = try await answers(to: part, deadline, maximumBytes)
            if allOrNothing { for answer in answers { _ = try answer.get() } }
            results += answers
            if isRefusal { size = max(1, part.count / 2) }
        }
        return results
    }

    /// What became of these calls, or of the first of them alone where together they were, or may have been, too many.
    private func answers(
        to calls: [RPCCall], _ deadline: Duration, _ maximumBytes: Int
    ) async throws(RPCError) -> (results: [Result<ArraySlice<UInt8>, RPCError>], isRefusal: Bool) {
        guard calls.count > 1 else { return ([try await alone(calls[0], deadline, maximumBytes)], false) }
        var failures: [Result<ArraySlice<UInt8>, RPCError>] = []
        do throws(RPCError) {
            failures = try await oneRequest(calls, deadline, maximumBytes)
            if failures.contains(where: { (try? $0.get()) != nil }) {
                batchSize.took(calls.count)
                return (failures, false)
            }
        } catch {
            if error.isPacing { batchSize.refused(calls.count) }
            guard error.isAnswer else { throw error }
        }
        let first = try await alone(calls[0], deadline, maximumBytes)
        if case .success = first {
            batchSize.refused(calls.count)
            return ([first], true)
        }
        return failures.isEmpty ? ([first], true) : (failures, false)
    }

    /// A call by itself: its result, or the node's error to it.
    private func alone(
        _ call: RPCCall, _ deadline: Duration, _ maximumBytes: Int
    ) async throws(RPCError) -> Result<ArraySlice<UInt8>, RPCError> {
        do throws(RPCError) {
            return .success(
                try await callForText(call.method, call.parameters, deadline: deadline, maximumBytes: maximumBytes))
        } catch {
            guard case .node = error else { throw error }
            return .failure(error)
        }
    }
}
