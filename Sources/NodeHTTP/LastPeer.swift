internal import Synchronization

/// The address that the last answer came from, shared by everything that asks the same endpoint.
final class LastPeer: Sendable {
    private let last = Mutex<String?>(nil)

    /// In numbers, as libcurl writes it; nil before the first answer.
    var address: String? { last.withLock { $0 } }

    func answered(from address: String) { last.withLock { $0 = address } }
}
