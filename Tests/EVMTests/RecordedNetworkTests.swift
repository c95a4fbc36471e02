import Chain
import EVM
import Foundation
import TestSupport
import Testing

/// Real blocks with their receipts, of every network that there are any of, against what another decoder read in them.
@Suite(.enabled(if: ChainFixture.arePresent, "needs ../shared/fixtures"))
struct RecordedNetworkTests {
    /// Of one block there are only the transactions' hashes, of another the receipts are of before Byzantium.
    static let blocks = ChainFixture.all("block").filter { fixture in
        !["21925176", "4306306"].contains(fixture.name)
            && ChainFixture.all("receipts", of: [fixture.network]).contains { $0.name == fixture.name }
    }

    private static func answers(_ fixture: ChainFixture) throws -> BlockAnswers {
        BlockAnswers(block: try fixture.text("block")[...], receipts: try fixture.text("receipts")[...])
    }

    @Test(arguments: blocks)
    func `a block is proved by its roots, and pays what is expected`(fixture: ChainFixture) throws {
        let reference = try fixture.reference()
        let answers = try Self.answers(fixture)
        let linked = try BlockDecoder(fixture.chain, .linked).block(reference, from: answers)
        let expected = try fixture.expected()
        let places = try BlockFixtureTests.places(try fixture.text("receipts"))
        let native = try #require(expected.native).filter {
            $0.status ?? "0x1" == "0x1" && $0.to != nil && $0.to != $0.from
        }.map {
            Movement($0.txid, "call", nil, $0.to ?? "", $0.amount)
        }
        let tokens = try #require(expected.tokenTransfers).filter { $0.amount != "0" && $0.from != $0.to }.map {
            Movement($0.txid, "log:\(places[$0.logIndex] ?? 999)", $0.token, $0.to, $0.amount)
        }
        let found = Set(linked.transfers.filter { $0.withdrawal == nil && $0.locator != .mint }.map(Movement.init))
        #expect(found.isSuperset(of: native + tokens))
        #expect(found.count - Set(native + tokens).count == expected.native?.count { $0.to == nil })
        guard fixture != ChainFixture.unrooted else { return }
        #expect(try BlockDecoder(fixture.chain).block(reference, from: answers).transfers == linked.transfers)
    }

    /// Block 10,000,000 of Polygon is of before Madhugiri.
    @Test func `a state-sync transaction outside the roots is left out of them, and its tokens are not believed`()
        throws
    {
        let fixture = ChainFixture.unrooted
        let error = #expect(throws: DecodeError.self) {
            try BlockDecoder(fixture.chain).block(try fixture.reference(), from: try Self.answers(fixture))
        }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("verification: linked") == true)
        // Without what it moved the others are proved: nothing of it is in bloom or root.
        var receipts = try #require(
            try JSONSerialization.jsonObject(with: Data(try fixture.text("receipts"))) as? [[String: Any]])
        receipts[receipts.count - 1]["logs"] = [] as [Any]
        let block = try BlockDecoder(fixture.chain).block(
            try fixture.reference(),
            from: BlockAnswers(
                block: try fixture.text("block")[...],
                receipts: [UInt8](try JSONSerialization.data(withJSONObject: receipts))[...]))
        #expect(block.transfers.count == 4)
        // On another chain, and in another block, its hash is nothing.
        #expect(throws: DecodeError.self) {
            try BlockDecoder(EVMChain(id: 1), .linked).block(try fixture.reference(), from: try Self.answers(fixture))
        }
    }

    @Test(
        arguments: blocks.filter {
            ["arbitrum", "arbitrum-sepolia", "avalanche", "base", "base-goerli", "camino"].contains($0.network)
        })
    func `by Ethereum's fields and types a block of another network is not taken`(fixture: ChainFixture) throws {
        let (reference, answers) = (try fixture.reference(), try Self.answers(fixture))
        #expect(throws: DecodeError.self) { try BlockDecoder(EVMChain(id: 1)).block(reference, from: answers) }
    }

    /// Whoever adds a file reads it, too.
    @Test func `every file of the folders is read by a test`() throws {
        let kinds = ["block", "receipts", "calltrace", "logs"]
        var read: [String: Set<String>] = [
            "ethereum-rpc-io": ["execution-apis.json.gz"], "ethereum-traces": ["call_tracer.json.gz"],
        ]
        for fixture in kinds.flatMap({ kind in ChainFixture.all(kind).map { (kind, $0) } }) {
            read[fixture.1.network, default: []].insert("\(fixture.1.name).\(fixture.0).json.gz")
            read[fixture.1.network, default: []].insert("\(fixture.1.name).expected.json.gz")
        }
        for (network, names) in read {
            let unread = try Fixtures.unread(in: network, reading: names)
            #expect(unread == [], "\(network): no test reads \(unread)")
        }
        #expect(Set(read.keys).subtracting(["ethereum-rpc-io", "ethereum-traces"]) == Set(ChainFixture.chains.keys))
    }
}
