import Bitcoin
import Chain
import Foundation
import TestSupport
import Testing

/// What real blocks spend, against other readings of them.
@Suite(.enabled(if: BlockFixture.arePresent, "needs ../shared/fixtures"))
struct SpendTests {
    @Test(arguments: BlockFixture.all)
    func `every input is the one that a walk of its own finds`(fixture: BlockFixture) throws {
        let bytes = try fixture.bytes()
        let contents = try fixture.contents()
        let outpoints = BlockLayout(bytes, of: fixture.coin).outpoints
        #expect(outpoints.count == contents.transactions.count)
        let expected = try zip(contents.transactions, outpoints).dropFirst().flatMap { transaction, outpoints in
            try outpoints.map { outpoint in
                let id = try #require(Hash256(outpoint.prefix(32).reversed()))
                let index = outpoint.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                return Spend(Outpoint(transaction: id, index: index), by: transaction.id)
            }
        }
        #expect(contents.spends == expected)
    }

    @Test(arguments: BlockFixture.all.filter { $0.verbose != nil })
    func `every input is the one that the node names`(fixture: BlockFixture) throws {
        let expected = try fixture.expected()
        let reference = BlockReference(height: expected.height, hash: try #require(Hash256(hex: expected.blockHash)))
        let block = try BlockDecoder(fixture.parameters).block(reference, from: fixture.bytes())
        let verbose = try JSONDecoder().decode(VerboseBlock.self, from: Fixtures.gunzip(try #require(fixture.verbose)))
        #expect(try block.spends == verbose.spends)
        #expect(!block.spends.isEmpty)
    }

    @Test func `nodes' own words are among the fixtures, with many inputs and with a HogEx`() {
        let names = Set(BlockFixture.all.filter { $0.verbose != nil }.map(\.name))
        #expect(names == ["766390", "766391", "regtest-432", "regtest-435"])
    }
}

extension BlockFixture {
    /// What a node answered to `getblock` with verbosity 2, where that was recorded too.
    var verbose: URL? {
        let file = file.deletingLastPathComponent().appendingPathComponent("getblock2-\(name).json.gz")
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }
}
