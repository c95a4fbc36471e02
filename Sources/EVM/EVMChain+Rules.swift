extension EVMChain {
    /// What chains of one make have in common.
    struct Rules {
        var transactionTypes = TransactionType.ethereum
        var hasUnrootedStateSync = false
        var forkFields = BlockHeader.ethereumForkFields
        var withdrawals = Withdrawals.Meaning.coin

        static let ethereum = Rules()

        /// As Ethereum since the merge, but that what a withdrawal pays is GNO, by a contract and when it is claimed.
        static let gnosis = Rules(withdrawals: .token)

        /// Optimism's specifications: deposits from the chain below, and no withdrawals: since Isthmus the header has
        /// another root in their place.
        static let opStack = Rules(
            transactionTypes: TransactionType.ethereum + [.opStackDeposit], withdrawals: .none)

        /// Nitro. `extraData`, `mixHash` and `nonce` mean something else than on Ethereum and are hashed alike. Blocks of
        /// before Nitro (2022) may have transactions of type 0x78, which stop the network.
        static let arbitrum = Rules(transactionTypes: TransactionType.ethereum + TransactionType.arbitrum)

        /// Headers, transactions and receipts as on Ethereum, the system's own at the end of a block too.
        static let bsc = Rules()

        /// What comes from Ethereum is in a transaction of a type of its own, see `TransactionType.polygonStateSync`.
        static let polygon = Rules(
            transactionTypes: TransactionType.ethereum + [.polygonStateSync], hasUnrootedStateSync: true)

        /// Coreth. Imports from Avalanche's other chains are not among the transactions: nothing here sees them.
        static let avalanche = Rules(forkFields: BlockHeader.avalancheForkFields)
    }
}
