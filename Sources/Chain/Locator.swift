/// Where in its transaction a transfer is. It is counted inside the transaction, so that it stays the same when the
/// transaction moves to another block.
public enum Locator: Hashable, Sendable {
    /// An output of a Bitcoin-like transaction, by its index.
    case output(UInt32)
    /// A log, by its place in the transaction's receipt.
    case log(UInt32)
    /// The value that a call moved: the place of the call among its caller's calls, on the way from the transaction's
    /// own call down. No steps are the transaction's own call. TRON does not say who called whom: there one step is the
    /// place among all calls within the transaction.
    case call([UInt32])
    /// A withdrawal of the block, which no transaction made, by its place in the block's list (EIP-4895).
    case withdrawal(UInt32)
    /// What the chain itself made for the transaction's sender, before any call and even if that fails (a deposit of
    /// the OP stack).
    case mint
}

extension Locator: CustomStringConvertible {
    /// The contract's spelling: `vout:1`, `log:3`, `call:0.2`, `mint`; `call` is the transaction's own.
    public var description: String {
        switch self {
        case .output(let index): "vout:\(index)"
        case .log(let index): "log:\(index)"
        case .call(let path): path.isEmpty ? "call" : "call:" + path.map(String.init).joined(separator: ".")
        case .withdrawal(let index): "withdrawal:\(index)"
        case .mint: "mint"
        }
    }
}

extension Locator: LosslessStringConvertible {
    public init?(_ description: String) {
        let parts = description.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let steps = parts.dropFirst().flatMap { $0.split(separator: ".", omittingEmptySubsequences: false) }
        let path = steps.compactMap { UInt32($0) }
        switch (parts[0], path.count) {
        case ("vout", 1): self = .output(path[0])
        case ("log", 1): self = .log(path[0])
        case ("withdrawal", 1): self = .withdrawal(path[0])
        case ("call", _): self = .call(path)
        case ("mint", 0): self = .mint
        default: return nil
        }
        // Only the one spelling: no signs, no leading zeros, no empty steps.
        guard self.description == description else { return nil }
    }
}
