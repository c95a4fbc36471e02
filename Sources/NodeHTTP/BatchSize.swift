internal import Synchronization

/// How many calls a node takes in one request, as far as it has shown; shared by everything that asks the same client.
final class BatchSize: Sendable {
    private static let maximum = 64
    /// After so many calls in batches that were taken, larger ones are tried again.
    private static let trust = 512

    private let state = Mutex((value: maximum, taken: 0))

    var value: Int { state.withLock { $0.value } }

    /// A batch of so many was too much.
    func refused(_ calls: Int) {
        state.withLock { $0 = (max(1, min($0.value, calls / 2)), 0) }
    }

    func took(_ calls: Int) {
        state.withLock { state in
            state.taken += calls
            if state.taken >= Self.trust { state = (min(Self.maximum, state.value * 2), 0) }
        }
    }

    /// Another node may be in its place.
    func forget() { state.withLock { $0 = (Self.maximum, 0) } }
}
