import Synchronization

/// Tells once that the service is up: when everything has happened that the word promises.
final class Startup: Sendable {
    enum Milestone: CaseIterable, Sendable {
        /// The endpoints are open.
        case listening
        /// SIGHUP reads the configuration again; until then it would end the process.
        case reloadable
        /// The schema fits, or the database is out of reach and waited for. A schema that does not fit is not a start.
        case databaseTried
    }

    private let missing = Mutex(Set(Milestone.allCases))
    private let onUp: @Sendable () -> Void

    init(onUp: @escaping @Sendable () -> Void) { self.onUp = onUp }

    func reached(_ milestone: Milestone) {
        let isUp = missing.withLock { missing in missing.remove(milestone) != nil && missing.isEmpty }
        if isUp { onUp() }
    }
}
