/// Where in its transaction a transfer is. It is counted inside the transaction, so that it stays the same when the
/// transaction moves to another block.
public enum Locator: Hashable, Sendable {
    /// An output of a Bitcoin-like transaction, by its index.
    case output(UInt32)
}

extension Locator: CustomStringConvertible {
    /// The contract's spelling: `vout:1`.
    public var description: String {
        switch self {
        case .output(let index): "vout:\(index)"
        }
    }
}

extension Locator: LosslessStringConvertible {
    public init?(_ description: String) {
        guard description.hasPrefix("vout:"), let index = UInt32(description.dropFirst("vout:".count)) else {
            return nil
        }
        self = .output(index)
        guard self.description == description else { return nil }
    }
}
