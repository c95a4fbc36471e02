internal import Chain

/// What nodes answer.
extension NetworkMachine {
    mutating func take(_ result: Result<NodeState, NodeError>, fromNode node: Int) {
        guard nodes.contains(node), let sent = nodes.endPoll(node) else { return }
        do throws(NodeError) {
            let state = try result.get()
            try nodes.answered(node, state, beside: cursor, sent: sent, at: now)
        } catch {
            fail(node, error, asked: .state)
        }
    }

    mutating func take(_ result: Result<[FinalityTag: BlockReference], NodeError>, fromNode node: Int) {
        guard nodes.contains(node), nodes.endFinality(node) else { return }
        do throws(NodeError) {
            finality.take(try result.get(), fromNode: node)
            nodes.gaveFinality(node)
        } catch {
            finality.forget(node)
            fail(node, error, asked: .finality)
        }
    }

    mutating func take(_ result: Result<Header?, NodeError>, at height: Int64, fromNode node: Int) {
        guard nodes.contains(node), nodes.end(node, .header(height: height)) else { return }
        do throws(NodeError) {
            let header = try result.get()
            guard node == nodes.pinned, firstRun != nil else { return }
            guard let header else {
                throw NodeError(.malformed, "the node has no header at \(height), below its own tip")
            }
            try firstRun?.accept(header, at: height)
        } catch {
            fail(node, error)
        }
    }

    mutating func take(_ result: Result<[Header]?, NodeError>, after: BlockReference, fromNode node: Int) {
        guard nodes.contains(node), nodes.end(node, .headers(after: after)) else { return }
        do throws(NodeError) {
            let headers = try result.get()
            if let count = headers?.count, count > settings.headersMaximum {
                throw NodeError(.malformed, "\(count) headers when at most \(settings.headersMaximum) were asked for")
            }
            if fork?.node == node, fork?.question == after { return try takeFork(headers) }
            guard node == nodes.pinned else { return }
            // Nothing, or a chain without `after`, is not a fault yet: the node's chain may have moved since it gave its state.
            if headers?.isEmpty ?? (after != follower.cursor) { showedNothing(node) }
            if firstRun == nil {
                try takeBranch(headers, after: after, fromNode: node)
            } else if after == firstRun?.headers.last?.reference {
                if let headers { try firstRun?.accept(headers) } else { firstRun?.drop() }
            }
        } catch {
            fail(node, error)
        }
    }

    private mutating func takeFork(_ headers: [Header]?) throws(NodeError) {
        do throws(NodeError) { try fork?.take(headers) } catch {
            fork = nil
            throw error
        }
    }

    private mutating func takeBranch(
        _ headers: [Header]?, after: BlockReference, fromNode node: Int
    ) throws(NodeError) {
        guard after == follower.end, !follower.isCut else { return }
        if after == follower.cursor { nodes.setForked(node, headers == nil) }
        guard let headers else { return follower.dropBranch() }
        try follower.extend(by: headers)
        if !headers.isEmpty { nodes.showed(node) }
    }

    /// The node was asked for what follows our cursor, or where its chain leaves ours, and gave nothing new.
    mutating func showedNothing(_ node: Int) {
        guard let cursor else { return nodes.spend(node) }
        if let error = nodes.showedNothing(node, after: cursor, at: now) { noteTrouble(error, ofNode: node) }
    }

    mutating func take(_ result: Result<Block?, NodeError>, for reference: BlockReference, fromNode node: Int) {
        guard nodes.contains(node) else { return }
        if nodes.endTrial(node, reference) { return takeTrial(result, for: reference, fromNode: node) }
        guard follower.end(FetchWindow.Fetch(node: node, reference: reference)) else { return }
        let duration = nodes.endFetch(node, reference, at: now)
        do throws(NodeError) {
            guard let block = try result.get() else {
                throw NodeError(.malformed, "the node does not have block \(reference), which it listed itself")
            }
            // A late answer that nobody wants any more says nothing of who has our chain.
            if try follower.accept(block, for: reference) { nodes.served(node, reference) }
            nodes.gaveBlock(node, in: duration, at: now)
        } catch {
            if error.code != .rateLimited { nodes.owes(node, reference) }
            fail(node, error)
        }
    }

    private mutating func takeTrial(
        _ result: Result<Block?, NodeError>, for reference: BlockReference, fromNode node: Int
    ) {
        do throws(NodeError) {
            guard try result.get()?.reference == reference else {
                throw NodeError(.malformed, "the node does not have block \(reference), though its tip is not below")
            }
            nodes.acquit(node, reference)
        } catch {
            fail(node, error)
        }
    }

    /// Notes a failed answer. Where the answer was a lie, what that node listed is dropped with it.
    mutating func fail(_ node: Int, _ error: NodeError, asked question: NodeRecord.Question = .work) {
        if error.code == .unknownFormat {
            return halt("\(error.message); a version that knows it must be installed before this network can go on")
        }
        if question != .finality { noteTrouble(error, ofNode: node) }
        let isNew = nodes.failed(node, error, asked: question, at: now)
        switch error.code {
        case .rateLimited, .timedOut:
            if isNew { follower.shrink() }
        case .malformed, .wrongChain:
            guard node == nodes.pinned else { break }
            firstRun?.drop()
            follower.dropBranch()
        case .unreachable, .warmingUp, .refused, .unknownFormat: break
        }
    }
}
