import Chain
import Store
import Synchronization

/// What a network's worker keeps from one session to the next: what is configured, what a reload has brought since, and the
/// blocks that the database refused.
final class CurrentSettings: Sendable {
    private struct State {
        var configured: Publication
        var offered: Publication?
        var refused: [BlockReference: String] = [:]
    }

    /// What only a restart changes.
    let fixed: NetworkSettings
    private let state: Mutex<State>

    init(_ settings: NetworkSettings) {
        fixed = settings
        state = Mutex(State(configured: settings.publication))
    }

    /// By the last reload that was not refused.
    var configured: Publication {
        get { state.withLock(\.configured) }
        set { state.withLock { $0.configured = newValue } }
    }

    /// Blocks that the database will never take are few, and no node's good word: who serves one is asked no more for it.
    func refuse(_ block: BlockReference, for reason: String) {
        state.withLock { state in
            if state.refused.count >= 100 { state.refused = [:] }
            state.refused[block] = reason
        }
    }

    func refusal(of block: BlockReference) -> String? { state.withLock { $0.refused[block] } }

    /// Keeps what a reload brings until a session takes it: there may be none for now.
    func offer(_ publication: Publication) { state.withLock { $0.offered = publication } }

    func takeOffered() -> Publication? { state.withLock { state in state.offered.take() } }

    /// It could not be published for now; there may be another one by now.
    func giveBack(_ publication: Publication) { state.withLock { $0.offered = $0.offered ?? publication } }
}
