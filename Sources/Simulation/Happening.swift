import Foundation

/// Something that the schedule of a seed has happen at an instant. Each stands for itself: a schedule with some of them
/// left out is a schedule too, which is what makes a failing one shrink.
public struct Happening: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A block on the best branch, or on that of a node that is cut off.
        case mine(network: Int)
        /// Another branch from below the tip.
        case fork(network: Int, depth: Int, length: Int)
        /// Every node finds that these last blocks are not valid.
        case invalidate(network: Int, depth: Int)
        /// The chain goes back by so many blocks at a time, until it is below what a rollback may go back to, and another
        /// one grows from there. Daemons may be killed between.
        case retreat(network: Int, piece: Int, isRestarting: Bool)
        case pay(Payment)
        /// A transaction that spends the same as an earlier payment's.
        case replace(payment: Int, by: Payment)
        /// A transaction that spends what an earlier payment paid to somebody, and a coin of somebody else's too where it is
        /// mixed.
        case spend(payment: Int, by: Payment, isMixed: Bool)
        case evict(payment: Int, mayReturn: Bool)
        /// The creator's transaction commits this much later than it read the clock.
        case create(owner: Int, delay: Duration)
        case addOption(owner: Int)
        case markPaid(owner: Int)
        case cancel(owner: Int)
        case changePolicy(network: Int, to: Int)
        /// A fault of a node or of a daemon's way to the database, for a while.
        case fault(Fault, at: String, lasting: Duration)
        /// A node tells this lie for a while, wherever it is asked for what it is about.
        case lie(Lie, by: String, lasting: Duration)
        case kill(daemon: Int, down: Duration)
        case stop(daemon: Int, down: Duration)
        case pause(daemon: Int, lasting: Duration)
        case jumpClock(by: Duration)
        /// A standby that is this far behind takes over after as long; nobody can connect until it has.
        case failOver(lag: Duration, down: Duration)
        /// The primary that was given up last runs again in place of its successor, for a while.
        case oldPrimary(lasting: Duration)
        /// The database is stopped, and restored from a backup of this long before.
        case restore(age: Duration, down: Duration)
        case newIncarnation
        /// An operator gives a network up for good.
        case retire(network: Int)
    }

    struct Payment: Hashable, Sendable {
        enum Way: Hashable, Sendable { case broadcast, hidden, coinbase }

        struct Output: Hashable, Sendable {
            let owner: Int
            /// Past the last one: the option that comes later.
            let option: Int
            /// Of what is due, or of 100,000 where nothing is, in basis points.
            let share: Int
            /// Of the other asset of the network, which nobody asked for.
            let isUnexpected: Bool
        }

        let number: Int
        let network: Int
        let outputs: [Output]
        let way: Way
    }

    let at: Duration
    let kind: Kind
    /// What it draws its own chances from.
    let seed: UInt64
}

extension Happening: CustomStringConvertible {
    public var description: String {
        "\(at.seconds)s \(kind)".replacingOccurrences(of: "Simulation.Happening.", with: "")
    }
}
