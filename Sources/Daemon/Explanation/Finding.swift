/// One thing that is so about a payment: why, in words for a person, and what to do about it.
struct Finding: Hashable, Encodable, Sendable {
    enum What: String, Encodable, Sendable {
        // What a node says of a transaction.
        case unknown, unreachable, mempool
        case inBlock = "in_block"
        case offChain = "off_chain"
        case failed
        // Why a transfer is not a deposit.
        case assetUnlisted = "asset_unlisted"
        case addressUnwatched = "address_unwatched"
        case registeredLater = "registered_later"
        case notRead = "not_read"
        case notRecorded = "not_recorded"
        // What became of an address.
        case unregistered, refused, unexplained
        // What became of a deposit.
        case unconfirmed, waiting, credited, final, orphaned, reversed, dropped, rejected, late
        // What an invoice is.
        case created, partial, paid, overpaid, canceled
        case setAside = "set_aside"
        case open, expiring, expired
        case command
        // What was told of any of it.
        case event, untold
    }

    let what: What
    /// The contract's word for the reason, where it has one: `below_minimum`, `double_spent`.
    var reason: String?
    /// A node, a transfer, an order, an event.
    let about: String
    let why: String
    var next: String?
    /// The deposit's id.
    var deposit: String?

    private enum CodingKeys: String, CodingKey {
        case what, reason, about, why, next
        case deposit = "deposit_id"
    }
}

extension Finding {
    /// A few lines for a person.
    var text: String {
        let head = "\(what.rawValue)\(reason.map { " (\($0))" } ?? "")  \(about)"
        return ([head, "  \(why)"] + [next.map { "  next: \($0)" }].compactMap(\.self))
            .map { printable($0) + "\n" }.joined()
    }
}
