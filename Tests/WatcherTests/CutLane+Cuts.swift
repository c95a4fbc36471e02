import Synchronization
import TestSupport

extension CutLane {
    /// Has the commit of the deed cut off once, and returns when the worker has got over it.
    func cut(_ cut: Cut, about order: String) async throws -> CutCommit {
        if cut.request == .prepare {
            // The worker prepares the statement once a connection: the one after this is new.
            proxy.cut(at: Cut(.execute, .before, ProtocolMessage(.client, "B"), holding: marks(of: order)))
            try await cause(order)
            try await isCut()
            proxy.cut(at: cut)
            proxy.holdsConnections.store(false, ordering: .sequentiallyConsistent)
        } else {
            proxy.cut(at: cut.holding(marks(of: order)))
            try await cause(order)
        }
        let happened = try await isCut()
        let wasCommitted = try await isCommitted(order)
        let wasConfirmed = proxy.exchanges[happened.exchange].isCompleted
        proxy.holdsConnections.store(false, ordering: .sequentiallyConsistent)
        try await isDone(order)
        return CutCommit(cut: cut, order: order, wasCommitted: wasCommitted, wasConfirmed: wasConfirmed)
    }

    /// Waits until the cut has happened and the server is done with the connection: what it did is done.
    @discardableResult
    func isCut() async throws -> Cut.Happened {
        let happened = try await eventually("the connection is cut", look: { proxy.happened }, holds: { $0 != nil })!
        try await eventually("the server is done with it") {
            try await holds("NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(happened.backend))")
        }
        return happened
    }

    /// Gives the worker cause for the deed, but lets the commit reach the server from this message on only with
    /// `proxy.deliver()`, while the worker takes the connection for lost.
    func cause(_ order: String, keepingBack message: ProtocolMessage) async throws {
        proxy.cut(at: Cut(.execute, .late, message, holding: marks(of: order)))
        try await cause(order)
        try await eventually("the connection is cut") { proxy.happened != nil }
    }
}
