extension JSONRPCClient {
    /// The calls as one HTTP request: a result or an error for each call, in their order. Throws when the answer does not
    /// hold exactly one item for each call.
    func oneRequest(
        _ calls: [RPCCall], _ deadline: Duration, _ maximumBytes: Int
    ) async throws(RPCError) -> [Result<ArraySlice<UInt8>, RPCError>] {
        let ids = calls.map { _ in Self.nextID() }
        let requests = zip(calls, ids).map { $0.request(id: $1) }
        let body = [UInt8](ascii: "[") + Array(requests.joined(separator: [UInt8](ascii: ","))) + [UInt8](ascii: "]")
        let response = try await post(
            body, calls: calls.count, deadline: deadline, maximumBytes: maximumBytes)
        let replies = try match(replies(in: response, to: calls), to: ids)
        return zip(calls, replies).map { call, reply in
            switch reply.outcome {
            case .error(let code, let message): .failure(nodeError(code, message, of: call.method))
            case .result(let text): .success(text)
            }
        }
    }

    private func replies(in response: HTTPResponse, to calls: [RPCCall]) throws(RPCError) -> [RPCReply] {
        // An error object in place of the array refuses the batch as a whole.
        if let refusal = try? RPCReply(response.body[...]), case .error(let code, let message) = refusal.outcome {
            throw nodeError(code, message, of: "batch of \(calls.count)")
        }
        var replies: [RPCReply] = []
        do {
            var scanner = JSONScanner(response.body[...])
            for text in try scanner.array(countMax: calls.count) { replies.append(try RPCReply(text)) }
        } catch {
            let reason =
                switch error {
                case let error as JSONScanner.SyntaxError: "no array of \(calls.count), from byte \(error.offset) on"
                case let error as RPCReply.Malformed: error.reason
                default: "\(error)"
                }
            throw unreadable(response, of: "a batch of \(calls.count)", because: reason)
        }
        guard (200..<300).contains(response.status) else {
            throw malformed("answered a batch under HTTP \(response.status)")
        }
        // As does a single error in it: geth gives it the first call's id.
        if replies.count == 1, calls.count > 1, case .error(let code, let message) = replies[0].outcome {
            throw nodeError(code, message, of: "batch of \(calls.count)")
        }
        return replies
    }

    /// The replies in the order of the ids; each id must have exactly one.
    private func match(_ replies: [RPCReply], to ids: [UInt64]) throws(RPCError) -> [RPCReply] {
        var byID: [ArraySlice<UInt8>: RPCReply] = [:]
        for reply in replies {
            guard let id = reply.id, byID.updateValue(reply, forKey: id) == nil else {
                throw malformed("answered a batch with an item without an id, or with one id twice")
            }
        }
        let matched = ids.compactMap { byID[ArraySlice(String($0).utf8)] }
        guard matched.count == ids.count, replies.count == ids.count else {
            throw malformed("answered \(matched.count) of \(ids.count) calls of a batch, with \(replies.count) items")
        }
        return matched
    }
}

extension [UInt8] {
    fileprivate init(ascii character: Unicode.Scalar) {
        self = [UInt8(ascii: character)]
    }
}
