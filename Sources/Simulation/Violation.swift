/// Something that must never be, and was.
public struct Violation: Hashable, Sendable {
    /// The oracles, by what each stands for.
    public enum Oracle: String, Hashable, Sendable, CaseIterable {
        /// The state equals what the final chain, the recorded sightings and the decisions amount to.
        case state
        /// The ids of events are those of a run without faults, and what is more nets to zero.
        case events
        /// No amount appears or disappears between chain, ledger and balances.
        case conservation
        /// A deposit has at most one live credit, and exactly one at rest.
        case credits
        /// No rollback leaves the window that stood when our highest block was connected, but on an operator's word.
        case depth
        /// Nothing is credited that fewer nodes have than are wanted.
        case quorum
        /// Nothing is credited by a finality tag before a node said so.
        case finality
        /// Positions have no gap, and the outbox folds to the tables.
        case outbox
        /// Nothing is written under an older epoch, nor out of turn.
        case fence
        /// Consumers of every kind end with the same state.
        case consumers
        /// The tip is reached in bounded time once faults stop.
        case liveness
        /// What the machines hold and have in flight is bounded.
        case bounds
        /// The rules of the tables.
        case constraint
    }

    public let oracle: Oracle
    public let words: String

    public init(_ oracle: Oracle, _ words: String) {
        self.oracle = oracle
        self.words = words
    }
}

extension Violation: CustomStringConvertible {
    public var description: String { "\(oracle.rawValue): \(words)" }
}
