import Bitcoin
import Chain
import TestSupport
import Testing

/// Real blocks of every coin against what other decoders read in them.
@Suite(.enabled(if: BlockFixture.arePresent, "needs ../shared/fixtures"))
struct BlockFixtureTests {
    @Test(arguments: BlockFixture.all)
    func `every output is the one that another decoder read`(fixture: BlockFixture) throws {
        let expected = try fixture.expected()
        let contents = try fixture.contents()
        let format = BitcoinAddress(fixture.parameters)
        #expect(contents.header.hash.description == expected.blockHash)
        #expect(contents.header.parent.description == expected.prevHash)
        #expect(contents.header.time == expected.time)
        #expect(contents.transactions.count == expected.txCount)
        #expect(contents.outputs.count == expected.outputs.count)
        var position = 0
        for transaction in contents.transactions {
            let id = transaction.id.description
            for (vout, index) in transaction.outputs.enumerated() {
                let output = contents.outputs[index]
                let script = Array(contents.script(of: output))
                let other = expected.outputs[position]
                position += 1
                let address = WatchKey(script).flatMap(format.address(of:))
                let isSame =
                    id == other.txid && vout == other.vout && output.value == other.value
                    && address == other.address
                    && (other.script ?? Hex.encode(script)) == Hex.encode(script)
                #expect(isSame, "\(other.txid):\(other.vout)")
                guard isSame else { return }
            }
        }
        #expect(position == expected.outputs.count)
    }

    @Test(arguments: BlockFixture.all)
    func `transfers are the outputs with a watchable address and a value`(fixture: BlockFixture) throws {
        let expected = try fixture.expected()
        let reference = BlockReference(height: expected.height, hash: try #require(Hash256(hex: expected.blockHash)))
        let block = try BlockDecoder(fixture.parameters).block(reference, from: fixture.bytes())
        let format = BitcoinAddress(fixture.parameters)
        let watchable = expected.outputs.enumerated().filter {
            $0.element.address != nil && $0.element.type != "witness_other" && $0.element.value > 0
        }
        #expect(block.reference == reference)
        #expect(block.header.parent.description == expected.prevHash)
        #expect(block.transfers.count == watchable.count)
        for (transfer, (index, output)) in zip(block.transfers, watchable) {
            let isSame =
                transfer.transaction.description == output.txid && transfer.locator.description == "vout:\(output.vout)"
                && transfer.amount == UInt256(output.value) && transfer.blockIndex == index && transfer.contract == nil
                && format.address(of: transfer.recipient) == output.address
            #expect(isSame, "\(output.txid):\(output.vout)")
            guard isSame else { return }
        }
        let coinbase = expected.outputs[0].txid
        let hogEx = expected.outputs.last { $0.type == "mweb_hogaddr" }?.txid
        for transfer in block.transfers {
            let maturity: Int32 =
                switch transfer.transaction.description {
                case coinbase: fixture.coin == .dogecoin ? 240 : 100
                case hogEx: 6
                default: 0
                }
            #expect(transfer.maturity == maturity)
        }
    }

    /// Whoever adds a file reads it, too. Nodes' own words about blocks are read by SpendTests and TransactionFixtureTests.
    @Test(arguments: BlockFixture.folders.map(\.key))
    func `every file of the folders is read by a test`(folder: String) throws {
        var read: Set<String> = []
        for fixture in BlockFixture.all where fixture.folder == folder {
            read.formUnion(["\(fixture.name).bin", "\(fixture.name).expected.json.gz"])
        }
        #expect(!read.isEmpty)
        let unread = try Fixtures.unread(in: folder, reading: read).filter { !$0.hasPrefix("getblock2-") }
        #expect(unread == [], "\(folder): no test reads \(unread)")
    }

    @Test func `peg-outs are among the fixtures`() throws {
        let fixture = try #require(BlockFixture.all.first { $0.name == "regtest-435" })
        let hash = try #require(Hash256(hex: fixture.expected().blockHash))
        let block = try BlockDecoder(fixture.parameters).block(
            BlockReference(height: 435, hash: hash), from: fixture.bytes())
        let pegOut = try #require(block.transfers.last)
        #expect(pegOut.locator == .output(1))
        #expect(pegOut.amount == UInt256(125_000_000))
        #expect(pegOut.maturity == 6)
    }
}
