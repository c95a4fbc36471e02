import Chain
import EVM
import Foundation
import TestSupport
import Testing

/// Whatever matters of a node's answers can't be altered, left out or doubled: the block is refused.
@Suite struct AlterationTests {
    typealias Object = [String: Any]

    private let block = try! JSONSerialization.jsonObject(with: Data(RecordedBlock.block.utf8)) as! Object
    private let receipts = try! JSONSerialization.jsonObject(with: Data(RecordedBlock.receipts.utf8)) as! [Object]

    /// What no transfer depends on: how large the block is as it was sent, and uncles, which the header's hash of their
    /// list stands for; prices and fees that were paid, worked out of others; whom a transaction is from, to which only
    /// its signature commits; what receipts repeat of their transactions. A log that is not said to be removed is not, and
    /// where in its block it is the receipts' root tells.
    private static let decoration: Set<String> = [
        "size", "uncles", "gasPrice of 0x2", "gasPrice of 0x3", "gasPrice of 0x4", "from", "gasUsed of receipt",
        "effectiveGasPrice", "to of receipt", "contractAddress", "blobGasUsed of receipt", "blobGasPrice",
        "removed missing", "removed null", "logIndex",
    ]

    private func decode(_ block: Any, _ receipts: Any) throws -> Block {
        try BlockDecoder(EVMChain(id: RecordedBlock.chainID)).block(
            RecordedBlock.reference,
            from: BlockAnswers(
                block: [UInt8](try JSONSerialization.data(withJSONObject: block))[...],
                receipts: [UInt8](try JSONSerialization.data(withJSONObject: receipts))[...]))
    }

    /// Other values in place of one: as long, and of every other kind.
    private func alterations(of value: Any) -> [Any?] {
        var other: [Any?] = [nil, "0x", 7, [] as [Any]]
        if let text = value as? String, text.count > 2 {
            let last = text.last == "1" ? "2" : "1"
            other += [
                "\(text.dropLast())\(last)", "\(text)00", text.dropLast(2), "0x0\(text.dropFirst(2))", "\(text)g",
            ]
        }
        if let list = value as? [Any], !list.isEmpty { other += [Array(list.dropLast()), list + [list[0]]] }
        // What is the same JSON is not an alteration.
        return other.filter { "\($0 ?? "missing")" != "\(value)" }
    }

    /// Every member of `object` altered in every way; `accept` gets the whole with the alteration.
    private func expectRefusal(of object: Object, _ kind: String, in whole: (Object) -> (Any, Any)) {
        for (name, value) in object {
            for other in alterations(of: value) {
                var altered = object
                altered[name] = other
                let (block, receipts) = whole(altered)
                guard (try? decode(block, receipts)) != nil else { continue }
                let names = [name, "\(name) of \(kind)", "\(name) \(other == nil ? "missing" : "null")"]
                // Nothing and null are the same, and so are 0x0 and nothing for what is 0 where it is left out.
                let isNothing = value is NSNull && (other == nil || other is NSNull)
                let isLegacyType = name == "type" && value as? String == "0x0"
                // Only of a contract that is created with a value does anything depend on who creates it.
                let isCreation =
                    name == "contractAddress" && value is String
                    || name == "from" && object["to"] is NSNull && kind != "receipt"
                let isOtherName = name == "v" && object["yParity"] != nil || name == "yParity" && object["v"] != nil
                #expect(
                    !Self.decoration.isDisjoint(with: names) && !isCreation || isNothing || isLegacyType || isOtherName,
                    "\(kind): \(name) = \(other ?? "missing") was accepted")
            }
        }
    }

    @Test func `as it is the block is accepted`() throws {
        #expect(try decode(block, receipts).transfers.count == 11)
    }

    @Test func `of the header`() {
        expectRefusal(of: block, "header") { ($0, receipts) }
    }

    @Test(arguments: 0..<7)
    func `of each transaction`(index: Int) {
        let transactions = block["transactions"] as! [Object]
        let type = transactions[index]["type"] as! String
        expectRefusal(of: transactions[index], type) { altered in
            var (block, transactions) = (block, transactions)
            transactions[index] = altered
            block["transactions"] = transactions
            return (block, receipts)
        }
    }

    @Test func `of access lists and authorizations`() {
        let transactions = block["transactions"] as! [Object]
        for name in ["accessList", "authorizationList"] {
            let list = transactions[5][name] as! [Object]
            for (place, entry) in list.enumerated() {
                expectRefusal(of: entry, name) { altered in
                    var (block, transactions, list) = (block, transactions, list)
                    list[place] = altered
                    transactions[5][name] = list
                    block["transactions"] = transactions
                    return (block, receipts)
                }
            }
        }
    }

    @Test(arguments: 0..<3)
    func `of each withdrawal`(index: Int) {
        let withdrawals = block["withdrawals"] as! [Object]
        expectRefusal(of: withdrawals[index], "withdrawal") { altered in
            var (block, withdrawals) = (block, withdrawals)
            withdrawals[index] = altered
            block["withdrawals"] = withdrawals
            return (block, receipts)
        }
    }

    @Test(arguments: 0..<7)
    func `of each receipt`(index: Int) {
        var receipt = receipts[index]
        // It is worked out of the logs, which are proved.
        receipt["logsBloom"] = nil
        expectRefusal(of: receipt, "receipt") { altered in
            var receipts = receipts
            receipts[index] = altered
            return (block, receipts)
        }
    }

    @Test(arguments: [0, 4, 10, 11])
    func `of a log`(place: Int) {
        let logs = receipts[1]["logs"] as! [Object]
        expectRefusal(of: logs[place], "log") { altered in
            var (receipts, logs) = (receipts, logs)
            logs[place] = altered
            receipts[1]["logs"] = logs
            return (block, receipts)
        }
    }

    /// pitfall 3 and 4: an empty answer, or one cut short, is never proof.
    @Test func `receipts that are short, doubled or out of order are refused`() {
        for altered in [
            [], Array(receipts.dropLast()), Array(receipts.dropFirst()), receipts + [receipts[6]],
            [receipts[1], receipts[0]] + receipts[2...], receipts.map { $0.filter { $0.key != "logs" } },
            receipts.map { $0.merging(["logs": []]) { $1 } },
        ] as [[Object]] {
            let error = #expect(throws: DecodeError.self) { try decode(block, altered) }
            #expect(error?.code == .malformed)
        }
        #expect(throws: DecodeError.self) { try decode(block, [NSNull()]) }
        #expect(throws: DecodeError.self) { try decode(block, Object()) }
    }

    /// pitfall 5: of two nodes each may have half of another block.
    @Test func `receipts of another block are refused`() {
        let altered = receipts.map { receipt -> Object in
            receipt.merging(["blockHash": "0x" + String(repeating: "22", count: 32)]) { $1 }
        }
        #expect(throws: DecodeError.self) { try decode(block, altered) }
    }

    @Test func `transactions named by their hashes alone are refused`() {
        var altered = block
        altered["transactions"] = RecordedBlock.transactions.map { "0x\($0)" }
        #expect(throws: DecodeError.self) { try decode(altered, receipts) }
    }

    /// Two values under one name are not a value.
    @Test func `a member that is there twice is refused`() {
        for name in ["hash", "gasUsed", "transactions"] {
            let text = RecordedBlock.block.replacingOccurrences(
                of: "\"\(name)\":", with: "\"\(name)\":null,\"\(name)\":")
            #expect(throws: DecodeError.self) {
                try BlockDecoder(EVMChain(id: 1)).block(
                    RecordedBlock.reference,
                    from: BlockAnswers(block: Array(text.utf8)[...], receipts: Array(RecordedBlock.receipts.utf8)[...]))
            }
        }
    }

    /// A field that the next fork brings changes the hash; what nodes add for convenience does not.
    @Test func `an unknown field of the header stops the network by its name, decoration does not`() throws {
        var altered = block
        altered["totalDifficulty"] = "0x1"
        altered["blockAccessListHash"] = "0x" + String(repeating: "07", count: 32)
        #expect(try decode(altered, receipts).transfers.count == 11)
        // The same with a hash that commits to more than is known.
        altered["hash"] = "0x" + String(repeating: "33", count: 32)
        let error = #expect(throws: DecodeError.self) { try decode(altered, receipts) }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("\"blockAccessListHash\"") == true)
        #expect(error?.message.contains("totalDifficulty") == false)
    }

    @Test func `an unknown type of transaction stops the network by its name`() {
        var altered = block
        var transactions = block["transactions"] as! [Object]
        transactions[2]["type"] = "0x7e"
        altered["transactions"] = transactions
        let error = #expect(throws: DecodeError.self) { try decode(altered, receipts) }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message == "transaction 2: its type 0x7e is unknown")
    }

    /// Answers cut anywhere, and bytes put in at random, crash nothing.
    @Test func `random damage crashes nothing and changes no transfer`() throws {
        let sound = try decode(block, receipts).transfers
        let (block, receipts) = (Array(RecordedBlock.block.utf8), Array(RecordedBlock.receipts.utf8))
        var generator = SplitMix64(seed: Seed.value)
        let decoder = BlockDecoder(EVMChain(id: 1))
        let alphabet = Array(#"{}[]",:0x1fng\"#.utf8)
        for round in 0..<400 {
            var texts = [block, receipts]
            let place = Int.random(in: 0..<texts[round % 2].count, using: &generator)
            switch round % 3 {
            case 0: texts[round % 2].removeSubrange(place...)
            case 1: texts[round % 2][place] = alphabet.randomElement(using: &generator)!
            default: texts[round % 2].insert(alphabet.randomElement(using: &generator)!, at: place)
            }
            let found = try? decoder.block(
                RecordedBlock.reference, from: BlockAnswers(block: texts[0][...], receipts: texts[1][...]))
            #expect(found == nil || found?.transfers == sound, "round \(round), seed \(Seed.value)")
        }
    }
}
