import Foundation
import Glibc
public import Synchronization

/// A proxy between a client and PostgreSQL that knows the frames of their protocol. It loses answers, keeps connections
/// waiting, and cuts a connection at any message of an exchange about a watched statement.
public final class MeddlingProxy: Sendable {
    /// While set, a request is passed on, its answer awaited, and the connection cut instead of delivering it: the client
    /// can't know what became of its request.
    public let losesAnswers = Atomic(false)

    /// While set, new connections are taken but kept waiting: a request to cancel comes late. A cut sets it, unless it is
    /// a late one, so that one can look at what the server did before the client does.
    public let holdsConnections = Atomic(false)

    /// Whether one is kept waiting now.
    public let isHolding = Atomic(false)

    public let port: Int
    private let listener: SilentListener
    let journal: ExchangeJournal

    /// - Parameters:
    ///   - server: The path of the server's socket.
    ///   - statement: Part of the text of the statements that `exchanges` and `cut` are about.
    public init(server: String, watching statement: String? = nil) throws {
        listener = try SilentListener()
        port = listener.port
        journal = ExchangeJournal(statement: statement)
        let descriptor = listener.descriptor
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0, let self else { return }
                while self.holdsConnections.load(ordering: .sequentiallyConsistent) {
                    self.isHolding.store(true, ordering: .sequentiallyConsistent)
                    Thread.sleep(forTimeInterval: 0.005)
                }
                self.isHolding.store(false, ordering: .sequentiallyConsistent)
                guard let upstream = UnixSocket.connect(to: server) else {
                    close(client)
                    continue
                }
                let connection = ProxiedConnection(client: client, server: upstream, proxy: self)
                Thread.detachNewThread { connection.copy(from: .client) }
                Thread.detachNewThread { connection.copy(from: .server) }
            }
        }
    }

    deinit { shutdown(listener.descriptor, CInt(SHUT_RDWR)) }

    /// A connection string for the way through the proxy; what is encrypted it could not read.
    public func url(database: String = "postgres", user: String = "postgres") -> String {
        "host=127.0.0.1 port=\(port) dbname=\(database) user=\(user) sslmode=disable gssencmode=disable"
    }

    /// The exchanges about watched statements so far, in the order of their beginnings.
    public var exchanges: [Exchange] { journal.exchanges }

    /// Cuts the first connection whose exchange comes to this point from now on, once.
    public func cut(at cut: Cut) { journal.arm(cut) }

    /// What came of the last `cut(at:)`; nil until it has happened.
    public var happened: Cut.Happened? { journal.happened }

    /// Whether a later request about the statement waits for one that a late cut keeps back.
    public var isOvertaken: Bool { journal.isAwaited }

    /// Hands the server what a late cut keeps back.
    public func deliver() { journal.deliver() }
}
