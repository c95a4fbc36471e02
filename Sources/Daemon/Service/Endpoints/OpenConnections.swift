import NIOCore
import Synchronization

/// The connections to the endpoints, oldest first: so few that files are left for the database and the nodes. Where there are
/// more, the oldest goes: a caller who means it is answered in no time, and who keeps connections open loses them.
final class OpenConnections: Sendable {
    static let maximum = 64

    private let open = Mutex<[any Channel]>([])

    func admit(_ channel: any Channel) {
        let surplus = open.withLock { open in
            open.append(channel)
            return open.count > Self.maximum ? open.removeFirst() : nil
        }
        surplus?.close(promise: nil)
        channel.closeFuture.whenComplete { [self] _ in open.withLock { $0.removeAll { $0 === channel } } }
    }
}
