import Chain
import EVM
import Foundation
import Testing

/// What each way of verification notices, and what `linked` does not.
@Suite struct VerificationTests {
    typealias Object = [String: Any]

    /// A block, its receipts and what is altered in them.
    private struct Answers {
        var block: Object
        var receipts: [Object]
        let chain: UInt64

        init(_ block: String, _ receipts: String, on chain: UInt64) throws {
            self.block = try #require(try JSONSerialization.jsonObject(with: Data(block.utf8)) as? Object)
            self.receipts = try #require(try JSONSerialization.jsonObject(with: Data(receipts.utf8)) as? [Object])
            self.chain = chain
        }

        var transactions: [Object] {
            get { block["transactions"] as! [Object] }
            set { block["transactions"] = newValue }
        }

        func decode(_ verification: Verification) throws -> Block {
            let hash = try #require((block["hash"] as? String).flatMap { Hash256(hex: $0.dropFirst(2)) })
            let number = try #require((block["number"] as? String).flatMap { Int64($0.dropFirst(2), radix: 16) })
            return try BlockDecoder(EVMChain(id: chain), verification).block(
                BlockReference(height: number, hash: hash),
                from: BlockAnswers(
                    block: [UInt8](try JSONSerialization.data(withJSONObject: block))[...],
                    receipts: [UInt8](try JSONSerialization.data(withJSONObject: receipts))[...]))
        }

        func isAccepted(_ verification: Verification) -> Bool { (try? decode(verification)) != nil }
    }

    private let answers = try! Answers(RecordedBlock.block, RecordedBlock.receipts, on: 1)

    private func altered(_ alter: (inout Answers) -> Void) -> Answers {
        var answers = answers
        alter(&answers)
        return answers
    }

    @Test func `a block that is as it should be is the same either way`() throws {
        let (proved, linked) = (try answers.decode(.roots), try answers.decode(.linked))
        #expect(proved.transfers == linked.transfers)
    }

    /// Amounts are in no bloom, success in nothing but the receipt, and a transaction is what its fields say it is.
    @Test func `linked takes amounts of logs, success and which transactions there are by the node's word`() throws {
        let amount = altered { answers in
            var logs = answers.receipts[1]["logs"] as! [Object]
            logs[0]["data"] = "0x" + String(repeating: "0", count: 60) + "ffff"
            answers.receipts[1]["logs"] = logs
        }
        let success = altered { $0.receipts[2]["status"] = "0x1" }
        let invented = altered { answers in
            // Another chain's, in the place and with the receipt of this one's.
            let place = answers.transactions[0]
            let other = try! Answers(NetworkBlock.polygonBlock, NetworkBlock.polygonReceipts, on: 137).transactions[0]
            answers.transactions[0] = other
            for key in ["blockHash", "blockNumber", "transactionIndex"] { answers.transactions[0][key] = place[key] }
            answers.receipts[0]["transactionHash"] = other["hash"]
            answers.receipts[0]["type"] = other["type"]
        }
        for lie in [amount, success, invented] {
            #expect(throws: Never.self) { try lie.decode(.linked) }
            #expect(throws: DecodeError.self) { try lie.decode(.roots) }
        }
        let token = try amount.decode(.linked).transfers.first { $0.locator == .log(0) }
        #expect(token?.amount == UInt256(0xFFFF))
    }

    /// As Erigon did on Polygon and Gnosis: it counts anew in each transaction.
    @Test func `a log's number in its block is nothing that roots need, and all that shows linked a gap`() throws {
        let numbered = altered { answers in
            for index in answers.receipts.indices {
                var logs = answers.receipts[index]["logs"] as! [Object]
                for place in logs.indices { logs[place]["logIndex"] = "0x\(place)" }
                answers.receipts[index]["logs"] = logs
            }
        }
        #expect(try numbered.decode(.roots).transfers == answers.decode(.roots).transfers)
        #expect(throws: DecodeError.self) { try numbered.decode(.linked) }
    }

    @Test func `linked notices what does not fit together`() {
        let lies: [(inout Answers) -> Void] = [
            { $0.block["gasUsed"] = "0x1" },
            { $0.block["timestamp"] = "0x69000001" },
            { $0.block["parentHash"] = "0x" + String(repeating: "22", count: 32) },
            { $0.transactions[0]["value"] = "0x1" },
            { $0.transactions[0]["to"] = "0x" + String(repeating: "b1", count: 20) },
            { $0.transactions[0]["type"] = "0x5" },
            { $0.transactions.removeLast() },
            { $0.receipts.removeLast() },
            { $0.receipts.swapAt(0, 3) },
            { $0.receipts[0]["blockHash"] = "0x" + String(repeating: "22", count: 32) },
            { $0.receipts[0]["status"] = nil },
            { $0.receipts[1]["logs"] = Array(($0.receipts[1]["logs"] as! [Object]).dropFirst()) },
            { $0.receipts[1]["logs"] = Array(($0.receipts[1]["logs"] as! [Object]).dropLast()) },
            { answers in
                var logs = answers.receipts[1]["logs"] as! [Object]
                logs[0]["address"] = "0x" + String(repeating: "d7", count: 20)
                answers.receipts[1]["logs"] = logs
            },
            { $0.receipts[6]["cumulativeGasUsed"] = "0x54b79" },
            { $0.block["withdrawals"] = [] as [Any] },
            { answers in
                answers.transactions[6] = answers.transactions[5]
                answers.transactions[6]["transactionIndex"] = "0x6"
                answers.receipts[6]["transactionHash"] = answers.transactions[5]["hash"]
                answers.receipts[6]["type"] = answers.transactions[5]["type"]
                answers.receipts[6]["logs"] = (answers.receipts[6]["logs"] as! [Object]).map { log in
                    log.merging(["transactionHash": answers.transactions[5]["hash"]!]) { $1 }
                }
            },
        ]
        for (index, lie) in lies.enumerated() {
            let lied = altered(lie)
            for verification in Verification.allCases {
                let isAccepted = lied.isAccepted(verification)
                #expect(!isAccepted, "lie \(index), \(verification)")
            }
        }
    }

    /// A hash that nobody can work out is believed of one transaction alone, and that at the block's end.
    @Test func `what shows no fields is the last of its block`() throws {
        var answers = try Answers(NetworkBlock.polygonBlock, NetworkBlock.polygonReceipts, on: 137)
        let types = answers.transactions.map { $0["type"] as? String }
        #expect(types == ["0x2", "0x7f"])
        #expect(throws: Never.self) { try answers.decode(.linked) }
        // The other way round, each with its own receipt and logs, numbered as they now are.
        answers.transactions.swapAt(0, 1)
        answers.receipts.swapAt(0, 1)
        for index in [0, 1] {
            answers.transactions[index]["transactionIndex"] = "0x\(index)"
            answers.receipts[index]["transactionIndex"] = "0x\(index)"
            var logs = answers.receipts[index]["logs"] as! [Object]
            logs[0]["transactionIndex"] = "0x\(index)"
            logs[0]["logIndex"] = "0x\(index)"
            answers.receipts[index]["logs"] = logs
        }
        let error = #expect(throws: DecodeError.self) { try answers.decode(.linked) }
        #expect(error?.message == "a transaction without fields is not the last")
    }

    // MARK: Every field

    /// What no hash covers, and no transfer depends on.
    private static let decoration: Set<String> = [
        "size", "gasPrice", "gasUsed of receipt", "effectiveGasPrice", "to of receipt", "from of receipt", "v", "r",
        "s",
        "l1BlockNumber", "sendRoot", "sendCount", "gasUsedForL1", "l1BlockNumber of receipt", "depositReceiptVersion",
        "nonce", "from", "to", "value", "input", "gas", "yParity", "contractAddress",
    ]

    /// Each member of each transaction and receipt of Arbitrum's and the OP stack's, altered: refused if it matters.
    @Test(arguments: [
        (NetworkBlock.opStackBlock, NetworkBlock.opStackReceipts, UInt64(10)),
        (NetworkBlock.arbitrumBlock, NetworkBlock.arbitrumReceipts, UInt64(42_161)),
    ])
    func `with roots no field of another network's transactions and receipts can be altered`(
        block: String, receipts: String, id: UInt64
    ) throws {
        let answers = try Answers(block, receipts, on: id)
        let expected = try answers.decode(.roots).transfers
        func expectHarmless(_ altered: Answers, _ place: String, _ names: String...) {
            guard let found = try? altered.decode(.roots).transfers else { return }
            let isDecoration = found == expected && !Self.decoration.isDisjoint(with: names)
            #expect(isDecoration, "\(place) was accepted altered")
        }
        for (index, transaction) in answers.transactions.enumerated() {
            for (name, value) in transaction {
                guard let text = value as? String else { continue }
                var altered = answers
                altered.transactions[index][name] = Self.altered(text)
                expectHarmless(altered, "\(name) of transaction \(index)", name)
            }
            for (name, value) in answers.receipts[index] {
                guard let text = value as? String else { continue }
                var altered = answers
                altered.receipts[index][name] = Self.altered(text)
                expectHarmless(altered, "\(name) of receipt \(index)", "\(name) of receipt", name)
            }
        }
    }

    private static func altered(_ text: String) -> String { text.dropLast() + (text.last == "1" ? "2" : "1") }
}
