import Chain
import Foundation

extension Explanation {
    /// Where one node has the transaction.
    mutating func add(_ answer: TransactionFacts.Answer, isRecorded: Bool) {
        switch answer.result {
        case .failure(let error):
            add(
                .unreachable, answer.node, "it gave no answer: \(error.message)", reason: error.code.rawValue,
                next: "confirmd config check looks at all nodes")
        case .success(nil):
            add(
                .unknown, answer.node, "nodes of this family are not asked for a transaction",
                next: "look it up with the node itself")
        case .success(.unknown(let isIndexed)?):
            add(
                .unknown, answer.node,
                isIndexed
                    ? "it is neither in the node's mempool nor in any block that the node has"
                    : """
                    it is not in the node's mempool, nor in a block of which the node keeps an index of transactions; \
                    whether it is in another block the node can't tell (bitcoind and its kin: -txindex)
                    """,
                next: isRecorded
                    ? nil
                    : isIndexed
                        ? """
                        check the id and the network with the payer: what was never broadcast, or was replaced, nobody \
                        can see
                        """
                        : """
                        check the id and the network with the payer, have the node index all transactions (-txindex; \
                        geth: --history.transactions 0), or ask for what was to be paid: confirmd explain invoice ID
                        """)
        case .success(.mempool?):
            add(
                .mempool, answer.node, "it waits in the node's mempool, in no block yet",
                next: "wait for a block; one with a low fee may wait long, be replaced, or never be mined")
        case .success(.block(let residence, _)?):
            let block = "block \(residence.block.height) (\(residence.block.hash), \(residence.time.moment))"
            if !residence.isOnChain {
                add(
                    .offChain, answer.node, "it is in \(block), which is not on the node's best chain any more",
                    next:
                        "it counts once a block of the best chain has it; it may be in the mempool again, or double spent"
                )
            } else if residence.hasFailed {
                add(
                    .failed, answer.node, "it is in \(block) and failed there: it moved nothing but its fee",
                    next: "the payer has to pay again")
            } else {
                add(.inBlock, answer.node, "it is in \(block) of the node's best chain")
            }
        }
    }
}

extension Int64 {
    /// Seconds since 1970 as people write a time: `2026-01-31 12:00:00Z`.
    var moment: String {
        Date(timeIntervalSince1970: TimeInterval(self)).formatted(.iso8601).moment
    }
}
