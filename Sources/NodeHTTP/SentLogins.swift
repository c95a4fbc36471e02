internal import Synchronization

/// The logins that were sent lately, shared by everything that asks the same endpoint: a cookie file holds another by the time
/// that a node repeats one.
final class SentLogins: Sendable {
    private static let remembered = 4
    private let logins = Mutex<[Login]>([])

    var all: [Login] { logins.withLock { $0 } }

    func sent(_ login: Login) {
        logins.withLock { logins in
            if logins.first != login { logins = Array(([login] + logins).prefix(Self.remembered)) }
        }
    }
}
