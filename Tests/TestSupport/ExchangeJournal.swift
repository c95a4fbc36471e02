import Foundation
import Synchronization

/// What a proxy saw of the exchanges about watched statements, and what it is to do at which point of them.
final class ExchangeJournal: Sendable {
    private struct State {
        var exchanges: [Exchange] = []
        var armed: Cut?
        var happened: Cut.Happened?
        var late = Late.none
        /// Whether a request waits for the one that is kept back.
        var isAwaited = false
    }

    /// What became of a request that a late cut kept back.
    private enum Late { case none, kept, delivered }

    private let statement: String?
    private let state = Mutex(State())

    init(statement: String?) { self.statement = statement }

    var exchanges: [Exchange] { state.withLock(\.exchanges) }
    var happened: Cut.Happened? { state.withLock(\.happened) }
    var isAwaited: Bool { state.withLock(\.isAwaited) }

    func isWatched(_ sql: String) -> Bool { statement.map { sql.contains($0) } ?? false }

    func arm(_ cut: Cut) {
        state.withLock { state in
            state.armed = cut
            state.happened = nil
        }
    }

    /// Begins an exchange once no late one is ahead of it; its place among all.
    func begin(_ exchange: Exchange) -> Int {
        while isBehindLateOne() { Self.pause() }
        return state.withLock { state in
            state.exchanges.append(exchange)
            return state.exchanges.count - 1
        }
    }

    /// Notes a message, and says where to cut the connection now if it is to be cut.
    func note(_ message: ProtocolMessage, in place: Int, backend: Int) -> Cut.Place? {
        state.withLock { state in
            state.exchanges[place].messages.append(message)
            guard let cut = state.armed, cut.isDue(at: message, in: state.exchanges[place]) else { return nil }
            state.armed = nil
            if cut.place == .late { state.late = .kept }
            state.happened = Cut.Happened(exchange: place, backend: backend)
            return cut.place
        }
    }

    /// Notes the SQLSTATE of an error.
    func note(refusal: Substring?, in place: Int) {
        state.withLock { $0.exchanges[place].refusal = refusal.map(String.init) ?? "none" }
    }

    // MARK: What a late cut keeps back

    func deliver() { state.withLock { if $0.late == .kept { $0.late = .delivered } } }

    func waitForDelivery() {
        while state.withLock({ $0.late == .kept }) { Self.pause() }
    }

    /// The server is done with what was delivered.
    func settle() { state.withLock { $0.late = .none } }

    private func isBehindLateOne() -> Bool {
        state.withLock { state in
            state.isAwaited = state.late != .none
            return state.isAwaited
        }
    }

    private static func pause() { Thread.sleep(forTimeInterval: 0.005) }
}
