import Chain
import Foundation
import NodeHTTP
import TestSupport
import Testing

@testable import EVM

/// Real blocks against what another decoder read in them.
@Suite(.enabled(if: ChainFixture.arePresent, "needs ../shared/fixtures"))
struct BlockFixtureTests {
    /// Of every fork from Byzantium to Prague, by several clients.
    @Test(arguments: ChainFixture.all("block"))
    func `a header's fields hash to its hash, its transactions to its root`(fixture: ChainFixture) throws {
        let block = try AnswerObject(try fixture.text("block")[...])
        let header = try BlockHeader(block, on: fixture.chain)
        let reference = try fixture.reference()
        #expect(header.header.reference == reference)
        #expect(header.header.work == 1)
        let withdrawals = try BlockContents.withdrawals(try block["withdrawals"], of: header, on: fixture.chain)
        // On Gnosis they are GNO, which a contract pays out when it is asked to, and no xDAI.
        if fixture.network == "gnosis" { #expect(withdrawals.isEmpty) }
        // Of one block there are only the transactions' hashes.
        guard fixture.name != "21925176" else { return }
        let transactions = try BlockContents.transactions(
            try block.require("transactions"), of: header, on: fixture.chain, .roots)
        let found = transactions.filter { !$0.value.isZero }.map {
            Movement("0x\($0.hash)", "call", nil, $0.recipient.map { "0x\($0)" } ?? "", $0.value.decimal)
        }
        let expected = try #require(try fixture.expected().native).map {
            Movement($0.txid, "call", nil, $0.to ?? "", $0.amount)
        }
        #expect(found == expected)
    }

    @Test(arguments: [ChainFixture.whole, ChainFixture(network: "arbitrum-sepolia", name: "185232421")])
    func `a whole block is proved, and its transfers are those expected`(fixture: ChainFixture) throws {
        #expect(BlockDecoder(fixture.chain).verification == .roots)
        let block = try BlockDecoder(fixture.chain).block(
            try fixture.reference(),
            from: BlockAnswers(block: try fixture.text("block")[...], receipts: try fixture.text("receipts")[...]))
        let expected = try fixture.expected()
        let places = try Self.places(try fixture.text("receipts"))
        let native = try #require(expected.native).filter { $0.status == "0x1" }.map {
            Movement($0.txid, "call", nil, $0.to ?? "", $0.amount)
        }
        let tokens = try #require(expected.tokenTransfers).filter { $0.amount != "0" && $0.from != $0.to }.map {
            Movement($0.txid, "log:\(places[$0.logIndex] ?? 999)", $0.token, $0.to, $0.amount)
        }
        #expect(Set(block.transfers.filter { $0.withdrawal == nil }.map(Movement.init)) == Set(native + tokens))
        #expect(block.transfers.map(\.blockIndex) == Array(0..<UInt32(block.transfers.count)))
        let failed = Set(try #require(expected.failed))
        #expect(!failed.isEmpty)
        #expect(!block.transfers.contains { failed.contains("0x\($0.transaction)") })
        guard fixture.network == "ethereum" else {
            #expect(block.transfers.count == tokens.count)
            return
        }
        #expect(block.transfers.count == native.count + tokens.count + 16)
        // The first withdrawal of the block: 0xeb0d50 gwei.
        let first = try #require(block.transfers.first { $0.withdrawal == 0 })
        #expect(first.transaction == block.header.hash)
        #expect(first.recipient.description == "d7a0b38496064412a8d6b1f77bc30ada93e7b7a5")
        #expect(first.amount == UInt256(0xeb_0d50 * 1_000_000_000))
        // pitfall 23: a failed transaction has a value and moves nothing.
        #expect(expected.native?.contains { failed.contains($0.txid) } == true)
    }

    @Test func `receipts hash to the root of their header, and their logs make its bloom`() throws {
        let fixture = ChainFixture(network: "ethereum", name: "21925176")
        let header = try BlockHeader(try AnswerObject(try fixture.text("block")[...]), on: fixture.chain)
        let (reader, _) = try Self.read(try fixture.text("receipts"))
        #expect(OrderedTrie.root(of: reader.items, in: reader.rlp.bytes) == header.receiptsRoot)
        #expect(reader.hasMade(header.bloom))
    }

    @Test(
        arguments: ChainFixture.all("receipts", of: ["ethereum"]).filter {
            $0.name != "4306306"
        })
    func `token transfers are those expected`(fixture: ChainFixture) throws {
        let text = try fixture.text("receipts")
        let (_, receipts) = try Self.read(text)
        let places = try Self.places(text)
        let expected = try #require(try fixture.expected().tokenTransfers).filter {
            $0.amount != "0" && $0.from != $0.to
        }.map {
            Movement($0.txid, "log:\(places[$0.logIndex] ?? 999)", $0.token, $0.to, $0.amount)
        }
        #expect(!expected.isEmpty)
        #expect(receipts == expected)
    }

    /// Logs of some blocks, as `eth_getLogs` gives them: put into receipts that say nothing else.
    @Test(arguments: ChainFixture.all("logs"))
    func `token transfers of logs alone are those expected`(fixture: ChainFixture) throws {
        let logs = try #require(
            try JSONSerialization.jsonObject(with: Data(try fixture.text("logs"))) as? [[String: Any]])
        var found: [Movement] = []
        var expected = try #require(try fixture.expected().tokenTransfers)[...]
        let numbers = logs.compactMap { $0["blockNumber"] as? String }
        for block in numbers.indices.filter({ numbers.firstIndex(of: numbers[$0]) == $0 }).map({ numbers[$0] }) {
            let own = logs.filter { $0["blockNumber"] as? String == block }
            var receipts: [[String: Any]] = []
            for log in own {
                if receipts.last?["transactionHash"] as? String != log["transactionHash"] as? String {
                    receipts.append([
                        "transactionHash": log["transactionHash"]!, "blockHash": log["blockHash"]!,
                        "blockNumber": block, "status": "0x1", "cumulativeGasUsed": "0x1", "logs": [],
                    ])
                }
                let index = receipts.count - 1
                receipts[index]["transactionIndex"] = "0x" + String(index, radix: 16)
                var log = log
                log["transactionIndex"] = receipts[index]["transactionIndex"]
                receipts[index]["logs"] = (receipts[index]["logs"] as! [Any]) + [log]
            }
            let text = [UInt8](try JSONSerialization.data(withJSONObject: receipts))
            let places = try Self.places(text)
            // Of one file those that a filter left are not all of their blocks.
            let (_, movements) = try Self.read(text, isProved: fixture.network != "ethereum")
            found += movements
            let count = expected.prefix { token in own.contains { $0["transactionHash"] as? String == token.txid } }
            let wanted = count.filter { $0.amount != "0" && $0.from != $0.to }.map {
                Movement($0.txid, "log:\(places[$0.logIndex] ?? 999)", $0.token, $0.to, $0.amount)
            }
            #expect(movements == wanted)
            expected = expected.dropFirst(count.count)
        }
        #expect(expected.isEmpty)
        #expect(fixture.network != "ethereum" || found.count > 250)
    }

    @Test func `receipts that do not tell success from failure stop the network`() throws {
        let text = try ChainFixture(network: "ethereum", name: "4306306").text("receipts")
        let error = #expect(throws: DecodeError.self) { try Self.read(text) }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("Byzantium") == true)
    }

    @Test func `a type of transaction of another network stops this one by its name`() throws {
        let fixture = ChainFixture(network: "arbitrum-sepolia", name: "185232421")
        let error = #expect(throws: DecodeError.self) {
            try BlockDecoder(EVMChain(id: 1)).block(
                try fixture.reference(),
                from: BlockAnswers(block: try fixture.text("block")[...], receipts: try fixture.text("receipts")[...]))
        }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message == "transaction 0: its type 0x6a is unknown")
    }

    // MARK: Reading

    /// The receipts of a block, and the transfers of tokens in them.
    /// - Parameter isProved: the number of a log in its block is nothing.
    static func read(_ text: [UInt8], isProved: Bool = false) throws -> (ReceiptReader, [Movement]) {
        var scanner = JSONScanner(text[...])
        var reader: ReceiptReader?
        var movements: [Movement] = []
        try scanner.openArray()
        while try scanner.nextElement() {
            let receipt = try AnswerObject(&scanner)
            let hash = try receipt.requireHash("transactionHash")
            var current =
                try reader
                ?? ReceiptReader(
                    of: BlockReference(
                        height: Int64(try receipt.requireNumber("blockNumber")),
                        hash: try receipt.requireHash("blockHash")), unindexed: [], isProved: isProved)
            let type = try #require(
                EVMChain(id: 1).transactionType(try receipt.number("type") ?? 0, hash, in: current.block))
            let read = try current.read(receipt, of: hash, type: type)
            reader = current
            movements += read.tokens.map { log, token in
                Movement("0x\(hash)", "log:\(log)", "0x\(token.contract)", "0x\(token.recipient)", token.amount.decimal)
            }
        }
        return (try #require(reader), movements)
    }

    /// The place in its receipt of each log by its place in the block.
    static func places(_ receipts: [UInt8]) throws -> [UInt32: Int] {
        let receipts = try #require(try JSONSerialization.jsonObject(with: Data(receipts)) as? [[String: Any]])
        var places: [UInt32: Int] = [:]
        for receipt in receipts {
            for (place, log) in (receipt["logs"] as? [[String: Any]] ?? []).enumerated() {
                let index = (log["logIndex"] as? String).flatMap { UInt32($0.dropFirst(2), radix: 16) }
                places[try #require(index)] = place
            }
        }
        return places
    }
}

extension Transfer {
    var withdrawal: UInt32? {
        if case .withdrawal(let index) = locator { index } else { nil }
    }
}
