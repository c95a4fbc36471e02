import Payments
import Postgres

/// Invoices about which something is not decided though their deadline has passed, all for the same reason.
public struct UndecidedColumns: Decodable, Sendable {
    /// `expiry` or `finality`.
    public let question: String
    /// What they wait for first.
    public let waitsFor: String
    public let network: String?
    public let invoices: Int64
}

extension Reader {
    /// How many invoices are undecided past their deadline, by what they wait for first; of at most so many.
    public func undecided(limit: Int64) async throws -> [ViewRow<UndecidedColumns>] {
        try await rows(
            """
            SELECT question, wait ->> 'for' AS waits_for, wait ->> 'network' AS network, count(*) AS invoices
            FROM (SELECT undecided ->> 'question' AS question, undecided #> '{waits,0}' AS wait
                  FROM confirmd.invoice WHERE undecided IS NOT NULL LIMIT $1) i
            GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2, 3
            """, [.int8(limit)])
    }
}

extension UndecidedColumns {
    /// `not expired: an option on bsc is to be registered`.
    public var words: String {
        let network = network ?? "a network"
        let question =
            switch Undecided.Question(rawValue: question) {
            case .expiry: "not expired"
            case .finality: "not final"
            case nil: question
            }
        let wait =
            switch Wait.Kind(rawValue: waitsFor) {
            case .deadline: "its deadline has to pass"
            case .registration: "an option on \(network) has to be registered"
            case .observation: "\(network) has to be observed beyond the deadline and its arrival_grace"
            case .pending: "a deposit on \(network) may still be credited"
            case .unfinal: "a deposit on \(network) is credited and not final"
            case .finality: "blocks of \(network) past the deadline have to be final"
            case nil: waitsFor
            }
        return "\(question): \(wait)"
    }
}
