import Chain
import EVM
import Foundation
import TestSupport
import Testing

/// Blocks of every network that `Tests/Python/build_blocks.py` puts together with eth-account, rlp and trie, with what they
/// pay as it says.
@Suite(.enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
struct BuiltBlockTests {
    typealias Object = [String: Any]

    private struct Built {
        let chain: EVMChain
        var block: Object
        var receipts: [Object]
        /// The bytes of the last transaction where that shows no fields.
        var raw: String?
        let transfers: [String]
        let types: Set<String>

        init(_ line: Substring) throws {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Object)
            chain = EVMChain(id: UInt64(try #require(object["chain"] as? Int)))
            block = try #require(object["block"] as? Object)
            receipts = try #require(object["receipts"] as? [Object])
            raw = object["raw"] as? String
            types = Set(try #require(object["types"] as? [String]))
            transfers = try #require(object["transfers"] as? [[Any]]).map { parts in
                let texts = parts.map { $0 as? String }
                return Movement(texts[0] ?? "", texts[1] ?? "", texts[2], texts[3] ?? "", texts[4] ?? "").description
            }
        }

        func decode(_ verification: Verification = .roots) throws -> Block {
            let hash = try #require((block["hash"] as? String).flatMap { Hash256(hex: $0.dropFirst(2)) })
            let height = try #require((block["number"] as? String).flatMap { Int64($0.dropFirst(2), radix: 16) })
            return try BlockDecoder(chain, verification).block(
                BlockReference(height: height, hash: hash),
                from: BlockAnswers(
                    block: [UInt8](try JSONSerialization.data(withJSONObject: block))[...],
                    receipts: [UInt8](try JSONSerialization.data(withJSONObject: receipts))[...],
                    rawTransaction: raw.map { Array("\"\($0)\"".utf8)[...] }))
        }

        var transactions: [Object] { block["transactions"] as? [Object] ?? [] }
    }

    /// As many of each network as the seed is told.
    private static func built(seed: UInt64, count: Int) async throws -> [Built] {
        let lines = try await Command.succeed(
            try Python.command("Tests/Python/build_blocks.py", "\(seed)", "\(count)"))
        return try lines.split(separator: "\n").map(Built.init)
    }

    private static let ethereum: Set<String> = ["0x0", "0x1", "0x2", "0x3", "0x4"]
    /// What each network has beside Ethereum's types.
    private static let others: [UInt64: Set<String>] = [
        10: ["0x7e"], 8_453: ["0x7e"], 137: ["0x7f"], 42_161: ["0x64", "0x65", "0x66", "0x68", "0x69", "0x6a"],
    ]

    @Test func `every type of every network pays what eth-account and its specification say`() async throws {
        let seed = Seed.value
        var chains: Set<UInt64> = []
        for built in try await Self.built(seed: seed, count: 4) {
            let id = built.chain.id
            chains.insert(id)
            #expect(built.types == Self.ethereum.union(Self.others[id] ?? []))
            for verification in Verification.allCases {
                let paid = try built.decode(verification).transfers.map { Movement($0).description }
                #expect(paid == built.transfers, "chain \(id), seed \(seed), \(verification)")
            }
        }
        #expect(chains == [1, 10, 56, 100, 137, 8_453, 42_161, 43_114])
    }

    /// What no hash has of each type, beside its place in the block: nothing that is paid depends on it.
    private static let unread: [String: Set<String>] = {
        let signature: Set<String> = ["v", "r", "s"]
        // Only the signature commits to who it is from. A price that was paid is worked out of others.
        return [
            "0x0": ["from", "chainId"], "0x1": ["from", "v"], "0x2": ["from", "v"], "0x3": ["from", "v"],
            "0x4": ["from", "v"],
            "0x7e": signature.union(["nonce", "gasPrice"]),
            "0x64": signature.union(["nonce", "gas", "gasPrice", "maxFeePerGas", "input"]),
            "0x65": signature.union(["gasPrice", "requestId"]), "0x66": signature.union(["nonce", "gasPrice"]),
            "0x68": signature.union(["gasPrice", "requestId"]),
            "0x69": signature.union(["nonce", "to", "value", "gasPrice", "input"]),
            "0x6a": signature.union([
                "from", "to", "value", "nonce", "gas", "gasPrice", "maxFeePerGas", "requestId",
            ]),
            "0x7f": signature.union(["from", "to", "value", "nonce", "gas", "gasPrice", "input"]),
        ]
    }()

    @Test func `no field of any type can be altered, and what can be pays nothing`() async throws {
        for built in try await Self.built(seed: 7, count: 1) {
            let sound = try built.decode().transfers
            var (seen, accepted): (Set<String>, [String: Set<String>]) = ([], [:])
            for (index, transaction) in built.transactions.enumerated() {
                let type = try #require(transaction["type"] as? String)
                // One that creates a contract commits to its sender by the contract's address.
                guard transaction["to"] is String, seen.insert(type).inserted else { continue }
                for (name, value) in transaction {
                    guard let text = value as? String else { continue }
                    var altered = built
                    var transactions = built.transactions
                    let end = text.last == "1" ? "2" : "1"
                    transactions[index][name] = text == "0x" ? "0x00" : "\(text.dropLast())\(end)"
                    altered.block["transactions"] = transactions
                    guard let found = try? altered.decode() else { continue }
                    accepted[type, default: []].insert(name)
                    #expect(found.transfers == sound, "\(built.chain.id), \(type): \(name)")
                }
            }
            for type in seen { #expect(accepted[type] == Self.unread[type], "\(built.chain.id), \(type)") }
        }
    }

    @Test func `each network's own types stop those that do not have them`() async throws {
        for built in try await Self.built(seed: 8, count: 1) {
            guard let own = Self.others[built.chain.id] else { continue }
            let block = [UInt8](try JSONSerialization.data(withJSONObject: built.block))[...]
            let receipts = [UInt8](try JSONSerialization.data(withJSONObject: built.receipts))[...]
            let error = #expect(throws: DecodeError.self) {
                try BlockDecoder(EVMChain(id: 1), .linked).block(
                    BlockReference(height: 1, hash: Hash256(0, 0, 0, 0)),
                    from: BlockAnswers(block: block, receipts: receipts))
            }
            #expect(error?.code == .unknownFormat)
            #expect(own.contains { error?.message.contains("type \($0) is unknown") == true })
        }
    }

    /// What comes to Polygon from Ethereum is in both roots, and the node's answer has not all that the one is made of.
    @Test func `a state-sync transaction is proved by its bytes, without them its block's receipts are`() async throws {
        for built in try await Self.built(seed: 9, count: 4) where built.chain.id == 137 {
            let raw = try #require(built.raw)
            let sound = try built.decode().transfers
            #expect(raw.hasPrefix("0x7f"))
            var lie = built
            for other in [raw.dropLast(2) + "00", "0x7e" + raw.dropFirst(4), "0x", "0x7", "none"] {
                lie.raw = String(other)
                #expect(throws: DecodeError.self, "\(other)") { try lie.decode() }
            }
            var silent = built
            silent.raw = nil
            #expect(try silent.decode().transfers == sound)
            // Then the value of a transaction may be another's, and never what a receipt says.
            var (invented, failing) = (silent, silent)
            var transactions = built.transactions
            let place = try #require(
                transactions.indices.first { place in
                    transactions.contains {
                        $0["type"] as? String == transactions[place]["type"] as? String
                            && $0["hash"] as? String != transactions[place]["hash"] as? String
                    }
                })
            failing.receipts[place]["status"] =
                built.receipts[place]["status"] as? String == "0x1" ? "0x0" : "0x1"
            #expect(throws: DecodeError.self) { try failing.decode() }
            transactions.swapAt(0, 1)
            for index in [0, 1] { transactions[index]["transactionIndex"] = "0x\(index)" }
            invented.block["transactions"] = transactions
            #expect(throws: DecodeError.self) { try invented.decode() }
            // Nor is one believed where the receipts' root has none.
            var missing = silent
            missing.block["transactions"] = built.transactions.dropLast() as [Object]
            missing.receipts.removeLast()
            #expect(throws: DecodeError.self) { try missing.decode() }
        }
    }
}
