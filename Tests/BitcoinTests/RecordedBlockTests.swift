import Bitcoin
import Chain
import Testing

@Suite struct RecordedBlockTests {
    let parameters = ChainParameters(coin: .litecoin, chain: .regtest)!
    let reference = BlockReference(height: 438, hash: RecordedBlock.hash)

    @Test(arguments: [RecordedBlock.extended, RecordedBlock.plain])
    func `pays what the node says it pays, in both serializations`(bytes: [UInt8]) throws {
        let block = try BlockDecoder(parameters).block(reference, from: bytes)
        let format = BitcoinAddress(parameters)
        let paid = block.transfers.map { transfer in
            """
            \(transfer.transaction.description.prefix(8)) \(transfer.locator) \(transfer.amount.low) \
            \(format.address(of: transfer.recipient) ?? "nobody") \(transfer.maturity)
            """
        }
        #expect(
            paid == [
                "aba534cd vout:0 1250005720 rltc1q6mvjn9xs50lut7jk6md3ymcq924q5t4ct2mmwh 100",
                "5ec8302f vout:0 1099997120 rltc1qqjgfe3enyq0x2tw2wzxnrkewkc6243pjtug923 0",
                "5ec8302f vout:1 150000000 n2QNKBbSbP3iKvcut6zCucFddFPKKr61vo 0",
                "d04a4306 vout:1 325000000 QToC4x1s4NbMRARc8mf37g88HapzQG66ic 6",
            ])
    }

    @Test(arguments: [RecordedBlock.extended, RecordedBlock.plain])
    func `spends what the node says it spends, in both serializations`(bytes: [UInt8]) throws {
        let block = try BlockDecoder(parameters).block(reference, from: bytes)
        let spent = block.spends.map { spend in
            "\(spend.transaction.description.prefix(8)) \(spend.outpoint.transaction):\(spend.outpoint.index)"
        }
        #expect(
            spent == [
                "5ec8302f 216f6e4d625aff8cc56c559279f05714b9828fbfdaf73e7a2c3b5fa8a17895d9:0",
                "d04a4306 e55c90ff9a8a61604e9d5923a104a91ebecc63dd4075e17f400e625b620ae220:0",
            ])
    }

    @Test func `after a HogEx comes the extension block, a zero, or nothing`() throws {
        let decoder = BlockDecoder(parameters)
        let transactions = Array(RecordedBlock.extended[..<BlockLayout(RecordedBlock.extended).transactionsEnd])
        for rest: [UInt8] in [[], [0], [1, 7]] {
            #expect(try decoder.block(reference, from: transactions + rest).transfers.count == 4)
        }
        for rest: [UInt8] in [[1], [0, 0], [2], [2, 7]] {
            #expect(throws: DecodeError.self) { try decoder.block(reference, from: transactions + rest) }
        }
        #expect(throws: DecodeError.self) { try decoder.block(reference, from: RecordedBlock.plain + [1, 7]) }
    }

    @Test func `a block of Litecoin is none of Bitcoin`() throws {
        let bitcoin = BlockDecoder(try #require(ChainParameters(coin: .bitcoin, chain: .regtest)))
        #expect(throws: DecodeError.self) { try bitcoin.block(reference, from: RecordedBlock.extended) }
        let main = BlockDecoder(try #require(ChainParameters(coin: .litecoin, chain: .main)))
        #expect(throws: DecodeError.self) { try main.block(reference, from: RecordedBlock.plain) }
    }
}
