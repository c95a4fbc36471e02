import Chain
import EVM
import Foundation
import TestSupport
import Testing

/// A real block of the fixtures, or the part of one that there is.
struct ChainFixture: Hashable, Sendable, CustomTestStringConvertible {
    let network: String
    let name: String

    var testDescription: String { "\(network)/\(name)" }

    /// What another decoder read in it.
    struct Expected: Decodable {
        struct Native: Decodable {
            let txid: String
            let from: String?
            let to: String?
            let amount: String
            let status: String?
        }

        struct Token: Decodable {
            let txid: String
            /// Within the block.
            let logIndex: UInt32
            let token: String
            let from: String
            let to: String
            let amount: String
        }

        struct Inner: Decodable {
            let txid: String?
            let path: String
            let from: String
            let to: String
            let amount: String
        }

        let number: Int64?
        let hash: String?
        let native: [Native]?
        let tokenTransfers: [Token]?
        let failed: [String]?
        let `internal`: [Inner]?
    }

    /// All there are of a kind: `block`, `receipts`, `logs` or `calltrace`; none where the fixtures are absent.
    static func all(_ kind: String, of networks: [String] = chains.keys.sorted())
        -> [ChainFixture]
    {
        networks.flatMap { network -> [ChainFixture] in
            guard let folder = Fixtures.folder(network) else { return [] }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.filter { $0.hasSuffix(".\(kind).json.gz") }.sorted().map {
                ChainFixture(network: network, name: String($0.dropLast(".\(kind).json.gz".count)))
            }
        }
    }

    static let arePresent = Fixtures.folder("ethereum") != nil
    /// With a state-sync transaction that no root covers.
    static let unrooted = ChainFixture(network: "polygon", name: "10000000")
    static let whole = ChainFixture(network: "ethereum", name: "18000000")

    /// The id of each network's chain, or of one with the same rules.
    static let chains: [String: UInt64] = [
        "ethereum": 1, "goerli": 5, "gnosis": 100, "arbitrum": 42_161, "arbitrum-sepolia": 421_614, "avalanche": 43_114,
        "base": 8_453, "base-goerli": 84_532, "bsc": 56, "camino": 43_114, "mumbai": 137, "optimism": 10,
        "polygon": 137,
    ]

    var chain: EVMChain { EVMChain(id: Self.chains[network] ?? 0) }

    func text(_ kind: String) throws -> [UInt8] {
        guard let folder = Fixtures.folder(network) else { throw TestFailure("no fixtures of \(network)") }
        return [UInt8](try Fixtures.gunzip(folder.appendingPathComponent("\(name).\(kind).json.gz")))
    }

    func expected() throws -> Expected {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Expected.self, from: Data(text("expected")))
    }

    /// The block that `expected` names.
    func reference() throws -> BlockReference {
        let expected = try expected()
        guard let number = expected.number, let hash = expected.hash.flatMap({ Hash256(hex: $0.dropFirst(2)) }) else {
            throw TestFailure("\(self) names no block")
        }
        return BlockReference(height: number, hash: hash)
    }
}

/// A transfer as text, to compare with what was expected.
struct Movement: Hashable, CustomStringConvertible {
    let transaction: String
    let locator: String
    let contract: String?
    let recipient: String
    let amount: String

    var description: String { "\(transaction) \(locator) \(contract ?? "") \(recipient) \(amount)" }

    init(_ transaction: String, _ locator: String, _ contract: String?, _ recipient: String, _ amount: String) {
        self.transaction = transaction
        self.locator = locator
        self.contract = contract
        self.recipient = recipient
        self.amount = amount
    }

    init(_ transfer: Transfer) {
        self.init(
            "0x\(transfer.transaction)", transfer.locator.description, transfer.contract.map { "0x\($0)" },
            "0x\(transfer.recipient)", transfer.amount.decimal)
    }
}

extension UInt256 {
    /// By long division, a digit at a time.
    var decimal: String {
        var words = [high, low].flatMap { [UInt64($0 >> 64), UInt64(truncatingIfNeeded: $0)] }
        var digits: [Character] = []
        repeat {
            var rest: UInt128 = 0
            for index in words.indices {
                rest = rest << 64 | UInt128(words[index])
                words[index] = UInt64(rest / 10)
                rest %= 10
            }
            digits.append(Character("\(rest)"))
        } while words.contains { $0 != 0 }
        return String(digits.reversed())
    }
}
