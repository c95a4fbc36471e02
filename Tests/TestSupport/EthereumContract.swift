import Foundation

/// A contract that was deployed, one of those in `Tests/Python/evm/contracts`.
public struct EthereumContract: Sendable {
    /// Which; the source says what each does.
    public enum Name: String, Sendable, CaseIterable {
        case collectible, forwarder, mortal, poisoner, refusing, token, unindexed
        case tether = "tether_like"

        /// The input of a transaction that makes one.
        public func creation(_ arguments: [Argument]) throws -> String {
            try Built.of(self).bytecode + Argument.encode(arguments)
        }
    }

    /// An argument of a function.
    public enum Argument: Sendable {
        case address(String)
        case amount(UInt128)
        case addresses([String])
        /// 32 bytes as 64 hexadecimal digits, for numbers beyond `amount`.
        case word(String)
    }

    public let name: Name
    public let address: String
    /// Digits after the point of a whole token.
    public var decimals: Int { name == .tether ? 6 : 18 }

    /// A call of a function by its signature, e.g. `transfer(address,uint256)`.
    public func call(
        _ function: String, _ arguments: [Argument], value: UInt128 = 0, from sender: String? = nil
    ) throws -> EthereumTransaction {
        guard let selector = try Built.of(name).selectors[function] else {
            throw TestFailure("\(name) has no function \(function)")
        }
        return EthereumTransaction(
            from: sender, to: address, value: value, input: selector + Argument.encode(arguments))
    }

    /// A transfer of so many base units.
    public func transfer(_ amount: UInt128, to receiver: String, from sender: String? = nil) throws
        -> EthereumTransaction
    {
        try call("transfer(address,uint256)", [.address(receiver), .amount(amount)], from: sender)
    }
}

extension EthereumContract.Argument {
    /// As the contract ABI has it: words, then what the words of arrays point to.
    static func encode(_ arguments: [Self]) -> String {
        var (head, tail) = ("", "")
        for argument in arguments {
            switch argument {
            case .address(let address): head += word(address.dropFirst(2))
            case .amount(let amount): head += word(String(amount, radix: 16))
            case .word(let digits): head += digits
            case .addresses(let list):
                head += word(String(arguments.count * 32 + tail.count / 2, radix: 16))
                tail += word(String(list.count, radix: 16)) + list.map { word($0.dropFirst(2)) }.joined()
            }
        }
        return head + tail
    }

    private static func word(_ digits: some StringProtocol) -> String {
        String(repeating: "0", count: 64 - digits.count) + digits.lowercased()
    }
}

/// What the compiler made of a contract.
private struct Built: Decodable, Sendable {
    let bytecode: String
    /// By signature. Words of a call's beginning, with 0x.
    let selectors: [String: String]

    static func of(_ name: EthereumContract.Name) throws -> Built {
        guard let built = try all.get()[name.rawValue] else { throw TestFailure("contracts.json has no \(name)") }
        return built
    }

    private static let all = Result {
        let file = URL(fileURLWithPath: Package.file("Tests/Python/evm/contracts.json"))
        return try JSONDecoder().decode([String: Built].self, from: Data(contentsOf: file))
    }
}
