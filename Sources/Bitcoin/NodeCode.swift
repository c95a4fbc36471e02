/// The error codes of Bitcoin Core and its kin that mean something here (`src/rpc/protocol.h`).
enum NodeCode: Int, Sendable {
    /// Among much else: the block was pruned.
    case miscellaneous = -1
    /// No such block, or no such transaction.
    case notFound = -5
    /// No such height.
    case outOfRange = -8
    case warmingUp = -28
    case unknownMethod = -32601
    /// Among much else: there is no chain lock yet.
    case internalError = -32603
}
