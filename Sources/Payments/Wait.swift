public import Foundation

/// What a decision about an invoice still waits for. Each has to be over before it can be made.
public enum Wait: Hashable, Sendable {
    /// The invoice's deadline, in seconds since 1970.
    case deadline(Int64)
    /// An option is neither watched and looked back for, nor refused.
    case registration(ordinal: Int32, network: String)
    /// A network has to be observed beyond this time, in seconds since 1970: the deadline and the network's grace.
    case observation(network: String, beyond: Int64)
    /// A deposit may still be credited, at the latest until this time where that is known. Without an id any of those that are
    /// not loaded, of an owner with very many.
    case pending(UUID?, network: String, until: Int64?)
    /// A deposit that counts is credited and not final. Without an id as above.
    case unfinal(UUID?, network: String)
    /// A network's blocks have to be final beyond this time, in seconds since 1970.
    case finality(network: String, beyond: Int64)

    /// What is waited for, without saying of which.
    public enum Kind: String, CaseIterable, Sendable {
        case deadline, registration, observation, pending, unfinal, finality
    }

    public var kind: Kind {
        switch self {
        case .deadline: .deadline
        case .registration: .registration
        case .observation: .observation
        case .pending: .pending
        case .unfinal: .unfinal
        case .finality: .finality
        }
    }
}

/// What is not decided about an invoice whose deadline has passed.
public struct Undecided: Hashable, Sendable {
    public enum Question: String, CaseIterable, Sendable {
        /// Whether no payment in time can come any more.
        case expiry
        /// Whether nothing can change the invoice any more; asked once it is expired, canceled or refused.
        case finality
    }

    public let question: Question
    /// What that waits for: an owner with many deposits waits for more than is told here.
    public let waits: [Wait]

    /// More of them are left out.
    static let waitsMaximum = 20

    public init(_ question: Question, _ waits: [Wait]) {
        self.question = question
        self.waits = Array(waits.prefix(Self.waitsMaximum))
    }
}
