extension EVMChain {
    /// What chains of one make have in common.
    struct Rules {
        var verifications: [Verification] = [.roots, .linked]
        var transactionTypes = TransactionType.ethereum
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

        /// Headers and transactions as on Ethereum, the system's own at the end of a block too; that is recorded, but no
        /// block with its receipts.
        static let bsc = Rules(verifications: [.linked, .roots])

        /// What comes from Ethereum is in a transaction whose fields no node shows, so that no root can be worked out.
        /// Before Madhugiri (2025) it had no type, and a hash made of its block's: such blocks stop the network.
        static let polygon = Rules(
            verifications: [.linked], transactionTypes: TransactionType.ethereum + [.polygonStateSync])

        /// Coreth. Imports from Avalanche's other chains are not among the transactions: nothing here sees them.
        static let avalanche = Rules(
            verifications: [.linked, .roots], forkFields: BlockHeader.avalancheForkFields)
    }
}
