import Store
import Synchronization

/// The settings in force of one worker, from one session to the next, and what a reload has brought since.
final class CurrentSettings: Sendable {
    private struct State {
        var inForce: NetworkSettings
        var offered: Publication?
    }

    private let state: Mutex<State>

    init(_ settings: NetworkSettings) { state = Mutex(State(inForce: settings)) }

    var value: NetworkSettings {
        get { state.withLock(\.inForce) }
        set { state.withLock { $0.inForce = newValue } }
    }

    /// Keeps what a reload brings until a session takes it: there may be none for now.
    func offer(_ publication: Publication) { state.withLock { $0.offered = publication } }

    func takeOffered() -> Publication? { state.withLock { state in state.offered.take() } }

    /// It could not be published for now; there may be another one by now.
    func giveBack(_ publication: Publication) { state.withLock { $0.offered = $0.offered ?? publication } }
}
