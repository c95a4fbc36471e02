internal import Postgres

/// What kept the database from answering a worker, and what the worker does next. It is all that the engine knows of a
/// database's errors; the description holds neither secrets nor parameters.
public struct StoreError: Error, Hashable, Sendable {
    /// What a caller does next.
    public enum Disposition: String, Hashable, Sendable, CaseIterable {
        /// Begin again after a while: the fault passes by itself. A commit that failed in this way may have taken effect
        /// all the same, so look before it is repeated.
        case retry
        /// Leave: the task was canceled.
        case canceled
        /// Do without: the database refuses this by its own rules, and other requests may do.
        case refused
        /// Leave it out: the database can never hold these values, however often they are sent.
        case unstorable
        /// Stop: going on would be guessing.
        case halt
    }

    public let disposition: Disposition
    /// What happened, on one line.
    public let description: String
    /// The database's own code, an SQLSTATE, by which metrics count; nil when it did not answer.
    public let code: String?

    public init(_ disposition: Disposition, _ description: String, code: String? = nil) {
        self.disposition = disposition
        self.description = description
        self.code = code
    }
}

extension StoreError: CustomStringConvertible {}

extension StoreError {
    /// What any error means that a read or a write of a lane ends with. Those which are not the database's say that
    /// what is stored is not what confirmd writes.
    init(_ error: any Error) {
        guard let error = error as? PostgresError else {
            self.init(.halt, "\(error)")
            return
        }
        let disposition: Disposition =
            switch error.disposition {
            case _ where error.code == .canceled: .canceled
            case _ where error.isRefusalForGood: .unstorable
            case .retry: .retry
            case .reject: .refused
            case .halt: .halt
            }
        self.init(disposition, "\(error)", code: error.sqlState)
    }
}
