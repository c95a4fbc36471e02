import Chain
import Foundation
import Payments
import Store
import Watcher

/// What nodes and database know of one transaction.
struct TransactionFacts: Sendable {
    /// What a node said; nil where its family can't tell.
    struct Answer: Sendable {
        let node: String
        let result: Result<TransactionPlace?, NodeError>
    }

    /// A transfer of the transaction, in words.
    struct Output: Hashable, Sendable {
        let locator: String
        /// Nil where the recipient has no usual spelling.
        let address: String?
        /// Nil where nobody listed it; `amount` is in whole coins where somebody did.
        let asset: String?
        let amount: String
    }

    let network: NetworkColumns
    let answers: [Answer]
    let outputs: [Output]
    let deposits: [DepositColumns]
    /// Who asks for payments to the addresses of outputs and deposits.
    let watchers: [WatcherColumns]
    let records: DepositRecords
    /// How long before an address was made known its payments are looked for.
    var lookBack = NetworkSettings.usualLookBack

    /// The best that any node says: a block on its chain, else its mempool, else a block off its chain.
    static func bestPlace(_ answers: [Answer]) -> TransactionPlace? {
        func rank(_ place: TransactionPlace) -> Int {
            switch place {
            case .block(let residence, _): residence.isOnChain ? 3 : 1
            case .mempool: 2
            case .unknown: 0
            }
        }
        return answers.compactMap { try? $0.result.get() }.max { rank($0) < rank($1) }
    }
}

/// What the database holds on the side of some deposits.
struct DepositRecords: Sendable {
    var entries: [EntryColumns] = []
    var events: [EventColumns] = []
    var consumers: [ConsumerColumns] = []
}

extension TransactionPlace {
    /// The transaction itself, where the node has it.
    var transaction: UnconfirmedTransaction? {
        switch self {
        case .unknown: nil
        case .mempool(let transaction), .block(_, let transaction): transaction
        }
    }
}
