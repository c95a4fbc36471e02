import Chain
import Payments
import Postgres
import TestSupport

@testable import Watcher

/// A worker whose way to the database leads through a proxy that cuts it off at its commits, an invoice for each cut.
struct CutLane: Sendable {
    /// What the worker does about an invoice in the step that is cut.
    enum Deed: String, Sendable, CaseIterable {
        /// Watches its address.
        case watch
        /// Registers it, and credits the payment that the scan back has found.
        case register
        /// Credits the payment in the block that it connects.
        case credit
        /// Cancels it at its deadline, in the settlement lane.
        case expire
    }

    /// A commit that was cut.
    struct CutCommit: Sendable {
        let cut: Cut
        let order: String
        /// Whether the server had committed it all the same.
        let wasCommitted: Bool
        /// Whether it had said so as far as the proxy.
        let wasConfirmed: Bool
    }

    /// So many blocks that no step about an invoice holds another one's finality.
    static let final: Int32 = 40

    let deed: Deed
    let watched: Watched
    let proxy: MeddlingProxy
    let worker: LaneWorker
    private let observer: PostgresConnection

    init(_ deed: Deed) async throws {
        self.deed = deed
        // The scan back takes several goes.
        watched = try await Watched(blocks: 100, age: 1_200, thresholds: Thresholds(credit: 1, final: Self.final))
        observer = PostgresConnection(configuration: try PostgresConfiguration(url: watched.database.url))
        proxy = try MeddlingProxy(server: watched.database.socket, watching: "confirmd.commit_step(")
        worker = try deed == .expire ? watched.settlementWorker(through: proxy) : watched.worker(through: proxy)
    }

    var lane: String { deed == .expire ? "settlement" : "model" }

    /// Runs the worker while the body does; the settlement lane's needs a network's beside it, which nobody cuts.
    func working(_ body: () async throws -> Void) async throws {
        if deed == .expire {
            try await watched.following { try await watched.running(worker, body) }
        } else {
            try await watched.running(worker, body)
        }
    }

    /// Makes the invoices, if that is not part of the deed.
    func prepare(_ orders: [String]) async throws {
        guard deed == .credit else { return }
        for order in orders { try await create(order) }
        for order in orders { try await watched.isRegistered(order) }
    }

    /// Gives the worker cause for the deed.
    func cause(_ order: String) async throws {
        switch deed {
        case .watch: try await create(order)
        case .register:
            pay(order)
            try await watched.cursorReachesTip()
            try await create(order)
        case .credit: pay(order)
        case .expire: try await create(order, expiresIn: "1 second")
        }
    }

    /// Waits until the deed is done.
    func isDone(_ order: String) async throws {
        try await unhalted("the worker does to \(order) what it should: \(deed)") { try await isCommitted(order) }
    }

    /// Waits until something holds; a worker that halts meanwhile has failed.
    func unhalted(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await eventually(what) {
            if case .halted(let reason) = worker.status { throw TestFailure("halted: \(reason)", isFinal: true) }
            return try await condition()
        }
    }

    /// Whether the deed is in the database.
    func isCommitted(_ order: String) async throws -> Bool {
        let fact =
            switch deed {
            case .watch: "o.watch_number IS NOT NULL"
            case .register: "i.status = 'paid' AND o.registered_at IS NOT NULL"
            case .credit: "i.status = 'paid'"
            case .expire: "i.status = 'canceled'"
            }
        return try await holds(
            """
            EXISTS (SELECT FROM confirmd_data.invoice i JOIN confirmd_data.option o ON o.owner_id = i.invoice_id
                    WHERE i.order_id = '\(order)' AND \(fact))
            """)
    }

    /// Whether the database says so.
    func holds(_ fact: String) async throws -> Bool {
        try await observer.query("SELECT \(fact) AS holds").only.decode("holds")
    }

    /// The commits of the deed that the worker has asked for, cut off or not.
    func commits(about order: String) -> [Exchange] {
        proxy.exchanges.filter { $0.request == .execute && $0.holds(marks(of: order)) }
    }

    /// What only the step that does the deed holds.
    func marks(of order: String) -> [[UInt8]] {
        let event =
            switch deed {
            case .watch: nil as String?
            case .register: "invoice.registered"
            case .credit, .expire: "invoice.status_changed"
            }
        guard let event else { return [Array(Hex.encode(ModelAddresses.key(key(of: order)).bytes).utf8)] }
        return [Array(event.utf8), Array("\"\(order)\"".utf8)]
    }

    private func create(_ order: String, expiresIn lifetime: String = "1 hour") async throws {
        try await watched.createInvoice(order, key: key(of: order), expiresIn: lifetime)
    }

    func pay(_ order: String) { watched.chain.mine([(ModelAddresses.key(key(of: order)), 100_000_000)]) }

    /// Four bytes that nothing else in a step looks like.
    private func key(of order: String) -> UInt32 { 0xc0de_0000 + (UInt32(order.drop { !$0.isNumber }) ?? 0) }
}
