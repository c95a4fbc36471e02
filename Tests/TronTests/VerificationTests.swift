import Chain
import Foundation
import SwiftProtobuf
import Testing

@testable import Tron

/// What is refused, and with what consequence.
@Suite struct VerificationTests {
    private let decoder = BlockDecoder()

    private func block(_ transactions: MadeTransaction...) -> MadeBlock { MadeBlock(transactions: transactions) }

    /// What comes of these answers; nil where they are a block.
    private func refusal(_ block: String, _ infos: String = "[]") -> DecodeError? {
        do {
            guard let contents = try decoder.block(block.answer) else { return nil }
            _ = try contents.verified(by: infos.answer)
            return nil
        } catch { return error }
    }

    // MARK: Headers

    @Test func `what a node lacks is no block`() throws {
        #expect(try decoder.header("{}".answer) == nil)
        #expect(try decoder.block(" {} ".answer) == nil)
        #expect(try decoder.blocks("{}".answer).isEmpty)
        #expect(try decoder.blocks(#"{"block":[]}"#.answer).isEmpty)
    }

    @Test(arguments: [
        "", "[]", "null", "{", "{}x", #"{"Error":"class java.lang.NullPointerException : null"}"#, "<html>",
        #"{"blockID":"00","block_header":{"raw_data":{}}}"#,
    ])
    func `what is not an answer is refused`(text: String) {
        #expect(throws: DecodeError.self) { try decoder.header(text.answer) }
        #expect(throws: DecodeError.self) { try decoder.block(text.answer) }
        if !text.contains("Error"), !text.contains("blockID") {
            #expect(throws: DecodeError.self) { try decoder.blocks(text.answer) }
        }
    }

    @Test func `several blocks come as the node has them`() throws {
        let first = block(try .transfer(5, to: .customer))
        let second = MadeBlock(number: first.number + 1, parent: first.id.bytes)
        let blocks = try decoder.blocks(#"{"block":[\#(first.json),\#(second.json)]}"#.answer)
        #expect(blocks.map(\.reference.hash) == [first.id, second.id])
        #expect(blocks.map(\.isEmpty) == [false, true])
        #expect(blocks[1].header.parent == first.id)
    }

    @Test func `a header that does not hash to its id is refused`() throws {
        let made = MadeBlock()
        for (text, other) in [
            (#""version":30"#, #""version":31"#), (#""timestamp":1"#, #""timestamp":2"#),
            (#""number":60000000"#, #""number":60000001"#), ("\(made.id)", "0\(made.id)".dropLast().description),
            (Data.sender.hex, Data.customer.hex), (#""blockID""#, #""blockId""#),
            (#""version":30"#, #""version":"30""#),
            (#""version":30"#, #""version":30,"version":30"#), (#""version":30"#, #""version":99999999999"#),
            (#""timestamp":1"#, #""timestamp":-1"#), (#""parentHash":"00"#, #""parentHash":""#),
        ] {
            let error = #expect(throws: DecodeError.self, "\(text)") {
                try decoder.header(made.json.replacing(text, with: other).answer)
            }
            #expect(error?.code == .malformed)
        }
    }

    /// A field that the next version brings changes the hash; one that is not part of the header does not.
    @Test func `an unknown field of the header stops the network by its name`() throws {
        var made = MadeBlock()
        made.more = #","receiptRoot":"00""#
        #expect(try decoder.header(made.json.answer)?.hash == made.id)
        let text = made.json.replacing(#""version":30"#, with: #""version":31"#)
        let error = #expect(throws: DecodeError.self) { try decoder.header(text.answer) }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("\"receiptRoot\"") == true)
    }

    /// pitfall 2: a link to a parent that can't be one.
    @Test func `a parent of another height is refused`() {
        for height in [59_999_998, 60_000_000] as [Int64] {
            let parent = MadeBlock.height(height) + [UInt8](repeating: 1, count: 24)
            #expect(refusal(MadeBlock(parent: parent).json)?.code == .malformed)
        }
    }

    // MARK: Transactions

    /// pitfall 3: an empty answer is never proof.
    @Test func `a block is empty exactly where its header says so`() throws {
        let made = block(try .transfer(5, to: .customer))
        let start = try #require(made.json.range(of: #","transactions""#)?.lowerBound)
        #expect(refusal(made.json[..<start] + "}")?.code == .malformed)
        #expect(refusal(made.json[..<start] + #","transactions":[]}"#)?.code == .malformed)
        // A header alone has none to show.
        #expect(try decoder.header((made.json[..<start] + "}").answer)?.hash == made.id)
        let empty = MadeBlock().json
        #expect(refusal(empty) == nil)
        let transaction = try MadeTransaction.transfer(5, to: .customer).json
        #expect(refusal("\(empty.dropLast()),\"transactions\":[\(transaction)]}")?.code == .malformed)
    }

    @Test func `a transaction that is not its id's is refused`() throws {
        let made = try MadeTransaction.transfer(5, to: .customer)
        let (json, hex) = (block(made).json, Hex.encode(made.bytes))
        for (text, other) in [
            ("\(made.id)", String(repeating: "7", count: 64)), (hex, String(hex.dropLast(2))), (hex, "\(hex)00"),
            (hex, "0\(hex.dropFirst(2))"), (hex, "zz\(hex.dropFirst(2))"), (hex, ""),
            (#""raw_data_hex""#, #""raw_data""#),
        ] { #expect(refusal(json.replacing(text, with: other))?.code == .malformed, "\(other.prefix(40))") }
    }

    /// The bytes are the truth; a node whose JSON says something else is not to be believed about either.
    @Test func `JSON beside the bytes has to say the same`() throws {
        let coin = block(try .transfer(5, to: .customer)).json
        for (text, other) in [
            (#""amount":5"#, #""amount":50"#), (#""amount":5,"#, ""), (#""amount":5"#, #""amount":"5""#),
            (Data.customer.hex, Data.usdt.hex), (#""type":"TransferContract""#, #""type":"TriggerSmartContract""#),
            (#""type":"TransferContract""#, #""kind":"TransferContract""#), (#""contract":[{"#, #""contract":[{},{"#),
            (#""to_address""#, #""from_address""#), (Data.customer.hex, "TFNEJYAKBVgc17X6fPppZ8ayaf9yswmMYV"),
        ] { #expect(refusal(coin.replacing(text, with: other))?.code == .malformed, "\(text)") }
        let token = block(try .asset("1002000", 5, to: .customer)).json
        for (text, other) in [
            (#""amount":5"#, #""amount":6"#), (Data.customer.hex, Data.usdt.hex),
            (Data("1002000".utf8).hex, Data("1002001".utf8).hex), (Data("1002000".utf8).hex, "1002001"),
        ] { #expect(refusal(token.replacing(text, with: other))?.code == .malformed, "\(text)") }
    }

    @Test func `an unknown type of contract stops the network by its number`() throws {
        var made = try MadeTransaction.transfer(5, to: .customer)
        made.raw.contract[0].type = .UNRECOGNIZED(60)
        let block = block(made)
        let error = try #require(refusal(block.json))
        #expect(error.code == .unknownFormat)
        #expect(error.message == "transaction \(made.id): its contract's type 60 is unknown")
    }

    @Test func `a transaction has one contract`() throws {
        var made = try MadeTransaction.transfer(5, to: .customer)
        made.raw.contract += made.raw.contract
        #expect(refusal(block(made).json)?.code == .unknownFormat)
        made.raw.contract = []
        #expect(refusal(block(made).json)?.code == .unknownFormat)
    }

    @Test func `a parameter of another type than its contract is refused`() throws {
        var made = try MadeTransaction.transfer(5, to: .customer)
        made.raw.contract[0].parameter.typeURL = "type.googleapis.com/protocol.TransferAssetContract"
        #expect(refusal(block(made).json)?.code == .malformed)
        made.raw.contract[0].parameter.typeURL = "protocol.TransferContract"
        #expect(refusal(block(made).json)?.code == .malformed)
        // What stands before the slash is the sender's choice.
        made.raw.contract[0].parameter.typeURL = "x/protocol.TransferContract"
        let sound = block(made)
        #expect(refusal(sound.json, sound.infos) == nil)
        made.raw.contract[0].parameter.value = Data([0xFF])
        #expect(refusal(block(made).json)?.code == .malformed)
    }

    /// pitfall 22: amounts at the edge of what fits.
    @Test func `an amount below zero is refused, and of nothing there is no transfer`() throws {
        #expect(refusal(block(try .transfer(-1, to: .customer)).json)?.code == .malformed)
        #expect(refusal(block(try .transfer(.min, to: .customer)).json)?.code == .malformed)
        #expect(try block(try .transfer(0, to: .customer)).decoded().transfers.isEmpty)
    }

    @Test func `a recipient that is not an address is refused`() throws {
        for recipient in [
            Data(), Data.customer.dropLast(), Data.customer + [1], Data([0xA0]) + Data.customer.dropFirst(),
        ] {
            #expect(refusal(block(try .transfer(5, to: recipient)).json)?.code == .malformed)
        }
    }

    @Test func `how a transaction ended has to be known`() throws {
        var made = try MadeTransaction.transfer(5, to: .customer)
        for ret in ["[]", "[{}]", #"[{"contractRet":"DEFAULT"}]"#, #"[{"contractRet":"EXPLODED"}]"#, "null"] {
            made.ret = ret
            #expect(refusal(block(made).json)?.code == .unknownFormat, "\(ret)")
        }
        made.ret = #"[{"contractRet":1}]"#
        #expect(refusal(block(made).json)?.code == .malformed)
    }

    @Test func `a transaction that is there twice is refused`() throws {
        let made = try MadeTransaction.transfer(5, to: .customer)
        #expect(refusal(block(made, made).json)?.code == .malformed)
    }

    /// pitfall 9: no sender can stop the network with what the chain lets him put into a transaction.
    @Test func `what a sender made up is passed over`() throws {
        var made = try MadeTransaction.transfer(5, to: .customer)
        let numbered = (100..<4_000).map { #","\#($0)":["x\\u0022"]"# }.joined()
        made.more = numbered
        made.value = made.value.dropLast() + numbered + "}"
        // Fields that no message has, in the transaction and in the contract's parameter; a second ret; a memo.
        let unknown = Data([0xC2, 0x3E, 2, 1, 2])
        made.raw = try WireTransaction.raw(serializedBytes: try made.raw.serializedData() + unknown)
        made.raw.data = Data("\"},{\"amount\":9".utf8)
        made.raw.contract[0].parameter.value += unknown
        made.ret = #"[{"contractRet":"SUCCESS","fee":7,"ret":"FAILED","1002":"x"},{"contractRet":"REVERT"}]"#
        #expect(try block(made).decoded().transfers.map(\.amount) == [UInt256(5)])
    }

    // MARK: Infos

    /// pitfall 3: a node that has not executed a block yet answers with fewer infos, or with none.
    @Test func `fewer infos than transactions are asked for again`() throws {
        let made = block(try .transfer(5, to: .customer), try .transfer(6, to: .customer, salt: 1))
        let infos = made.transactions.map { $0.info(in: made) }
        for some in ["[]", " [ ] ", "[\(infos[0])]", "[\(infos[1])]"] {
            #expect(refusal(made.json, some)?.code == .incomplete)
        }
        #expect(refusal(made.json, "[\(infos[1]),\(infos[0])]") == nil)
    }

    @Test func `infos other than the block's are refused`() throws {
        let made = block(try .transfer(5, to: .customer))
        let info = made.transactions[0].info(in: made)
        for (text, other) in [
            ("[", "[\(info),"), (#""blockNumber":6"#, #""blockNumber":5"#),
            (#""blockTimeStamp":1700000003000"#, #""blockTimeStamp":1700000006000"#),
            ("\(made.transactions[0].id)", String(repeating: "8", count: 64)), (#""id""#, #""ID""#),
            (#""blockNumber":60000000,"#, ""),
        ] { #expect(refusal(made.json, made.infos.replacing(text, with: other))?.code == .malformed, "\(text)") }
        for text in ["", "{}", "null", "[{}]", "[null]", #"{"Error":"x"}"#, "[\(info)"] {
            #expect(refusal(made.json, text)?.code == .malformed, "\(text.prefix(20))")
        }
        // None are wanted of an empty block.
        #expect(refusal(MadeBlock().json, "[\(info)]")?.code == .malformed)
    }

    /// The block, the receipt and the info each say how a transaction ended.
    @Test func `three ways to say how a transaction ended have to agree`() throws {
        func refused(_ change: (inout MadeTransaction) -> Void, result: String = "SUCCESS") throws -> DecodeError.Code?
        {
            var made = try MadeTransaction.call(logs: [MadeTransaction.log(3, to: .customer)], result: result)
            change(&made)
            let block = block(made)
            return refusal(block.json, block.infos)?.code
        }
        #expect(try refused { _ in } == nil)
        #expect(try refused({ _ in }, result: "REVERT") == nil)
        #expect(try refused { $0.ret = #"[{"contractRet":"REVERT"}]"# } == .malformed)
        #expect(try refused { $0.receipt = #"{"result":"OUT_OF_ENERGY"}"# } == .malformed)
        #expect(try refused { $0.receipt = "{}" } == .malformed)
        #expect(try refused { $0.receipt = "null" } == .malformed)
        #expect(try refused { $0.infoMore += #","result":"FAILED""# } == .malformed)
        #expect(try refused { $0.infoMore += #","result":"SUCESS""# } == nil)
        #expect(try refused { $0.infoMore += #","result":"MAYBE""# } == .unknownFormat)
        #expect(try refused({ $0.infoMore = "" }, result: "REVERT") == .malformed)
        #expect(try refused({ $0.ret = #"[{"contractRet":"OUT_OF_TIME"}]"# }, result: "REVERT") == .malformed)
        // A transfer has none in its receipt; where it has one it must be the same.
        var made = try MadeTransaction.transfer(5, to: .customer)
        made.receipt = #"{"result":"REVERT"}"#
        #expect(refusal(block(made).json, block(made).infos)?.code == .malformed)
        made.receipt = "null"
        #expect(refusal(block(made).json, block(made).infos) == nil)
    }

    @Test func `who calls no contract has no logs`() throws {
        var made = try MadeTransaction.transfer(5, to: .customer)
        made.infoMore = #","log":[\#(MadeTransaction.log(3, to: .customer))]"#
        #expect(refusal(block(made).json, block(made).infos)?.code == .malformed)
        made.infoMore = #","internal_transactions":[]"#
        #expect(refusal(block(made).json, block(made).infos)?.code == .malformed)
    }

    @Test func `logs and internal transactions that can't be are refused`() throws {
        let log = MadeTransaction.log(3, to: .customer)
        let topic = "\"\(MadeTransaction.transferTopic)\""
        for (text, other) in [
            (#""address":""#, #""address":"41"#), (#""address""#, #""adress""#), (topic, "\"00\""), (topic, "7"),
            (topic, [String](repeating: topic, count: 3).joined(separator: ",")), (#""data":""#, #""data":"0"#),
            (#""data":""#, #""data":"zz"#), (#""topics":["#, #""topics":[["#), (#""data":""#, #""data":7,"x":""#),
        ] {
            let made = block(try .call(logs: [log.replacing(text, with: other)]))
            #expect(refusal(made.json, made.infos)?.code == .malformed, "\(text) \(other.prefix(20))")
        }
        let payment = MadeTransaction.payment(#"{"callValue":5}"#, to: .customer)
        for (text, other) in [
            (#""callValue":5"#, #""callValue":-5"#), (#""callValue":5"#, #""callValue":5.0"#),
            (#""callValue":5"#, #""callValue":9223372036854775808"#), (#""callValue":5"#, #""callValue":"5""#),
            (Data.customer.hex, "00"), (Data.customer.hex, ""), (#""note":""#, #""note":"0"#),
            (#""note""#, #""rejected":"yes","note""#), ("[{", "[[{"),
        ] {
            let made = block(try .call(internal: [payment.replacing(text, with: other)]))
            #expect(refusal(made.json, made.infos)?.code == .malformed, "\(text) \(other)")
        }
    }

    // MARK: Everything

    /// Bytes changed, left out and put in anywhere: the block is refused, or pays what it did.
    @Test func `damage of a block changes no transfer`() throws {
        let made = block(
            try .transfer(5, to: .customer), try .call(logs: [MadeTransaction.log(3, to: .customer)]),
            try .asset("1002000", 9, to: .customer))
        let decoder = BlockDecoder(tokens: [try #require(WatchKey(trc10: "1002000"))])
        let sound = try made.decoded(decoder).transfers
        #expect(sound.count == 3)
        let (json, infos) = (made.json.answer, made.infos.answer)
        let alphabet = Array(#"{}[]",:0x1fng\"#.utf8)
        for place in json.indices {
            for change in 0..<3 {
                var text = json
                switch change {
                case 0: text[place] = alphabet[(place + change) % alphabet.count]
                case 1: text.remove(at: place)
                default: text.insert(alphabet[place % alphabet.count], at: place)
                }
                let found = try? decoder.block(text)?.verified(by: infos)
                #expect(found == nil || found?.transfers == sound, "at \(place)")
            }
        }
    }
}
