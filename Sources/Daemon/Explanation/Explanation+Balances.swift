import Chain
import Payments
import Store

extension Explanation {
    /// What an address has beyond its recorded deposits. Nothing is ever credited by it.
    mutating func add(_ balance: InvoiceFacts.Balance, _ facts: InvoiceFacts) {
        let option = balance.option
        let about = "option \(option.ordinal), \(option.asset) to \(option.address), \(facts.words)"
        let amount: Amount
        switch balance.result {
        case .success(let value): amount = value
        case .failure(let error):
            return add(
                .unreachable, balance.node, "it gives no balance of \(option.address): \(error.message)",
                reason: error.code.rawValue, next: "confirmd config check looks at all nodes")
        }
        let recorded = facts.detail.deposits
            .filter { $0.blockHeight != nil && ($0.network, $0.asset) == (option.network, option.asset) }
            .filter { $0.address.lowercased() == option.address.lowercased() }
            .compactMap { Amount($0.gross, decimals: balance.decimals) }.reduce(.zero, +)
        guard amount > recorded else { return }
        func words(_ amount: Amount) -> String { "\(amount.text(decimals: balance.decimals)) \(option.asset)" }
        add(
            .unexplained, about,
            """
            \(balance.node) has \(words(amount)) there, and recorded deposits explain \(words(recorded)): \
            \(words(amount.reduced(by: recorded))) came by calls of contracts, which native_transfers: top_level does not \
            see, or were there before the address was made known
            """,
            next: """
                look at the address in a block explorer and settle it by hand: confirmd invoice mark-paid; \
                native_transfers: traces sees such payments from then on
                """)
    }
}
