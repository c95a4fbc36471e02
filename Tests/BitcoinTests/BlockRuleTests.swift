import Bitcoin
import Chain
import Hashing
import Testing

/// Each rule by a block that breaks it and nothing else.
@Suite struct BlockRuleTests {
    @Test func `a sound block is read`() throws {
        let block = BuiltBlock(transactions: [.coinbase(), .spending(1), .spending(2)])
        let contents = try block.decode()
        #expect(contents.header.hash == block.hash)
        #expect(contents.transactions.map(\.outputs) == [0..<1, 1..<2, 2..<3])
        #expect(contents.outputs.allSatisfy { Array(contents.script(of: $0)) == BuiltTransaction.script })
        #expect(contents.transfers(of: .bitcoin).map(\.maturity) == [100, 0, 0])
    }

    @Test func `each input is a spend, none of them of the coinbase`() throws {
        var spender = BuiltTransaction.spending(1)
        spender.inputs.append(BuiltTransaction.input(of: Array(0..<32), 0x0102_0304))
        spender.inputs.append(BuiltTransaction.input(of: [UInt8](repeating: 0, count: 32), 7))
        spender.inputs.append(BuiltTransaction.input(of: [UInt8](repeating: 9, count: 32), .max))
        spender.inputCount = [4]
        let contents = try BuiltBlock(transactions: [.coinbase(), spender, .spending(2)]).decode()
        let ids = contents.transactions.map(\.id)
        func outpoint(_ bytes: [UInt8], _ index: UInt32) throws -> Outpoint {
            Outpoint(transaction: try #require(Hash256(bytes)), index: index)
        }
        #expect(
            try contents.spends == [
                Spend(outpoint([UInt8](repeating: 1, count: 32), 0), by: ids[1]),
                Spend(outpoint((0..<32).reversed(), 0x0102_0304), by: ids[1]),
                Spend(outpoint([UInt8](repeating: 0, count: 32), 7), by: ids[1]),
                Spend(outpoint([UInt8](repeating: 9, count: 32), .max), by: ids[1]),
                Spend(outpoint([UInt8](repeating: 2, count: 32), 0), by: ids[2]),
            ])
    }

    @Test func `the block of another hash is refused`() throws {
        let decoder = BlockDecoder(BuiltBlock.parameters)
        let block = BuiltBlock()
        let other = Hash256(1, 2, 3, 4)
        #expect(throws: DecodeError.self) { try decoder.block(.init(height: 1, hash: other), from: block.bytes) }
        let read = try decoder.block(.init(height: 9, hash: block.hash), from: block.bytes)
        #expect(read.reference == BlockReference(height: 9, hash: block.hash))
        #expect(read.header.work == 2)
        #expect(read.header.time == 1_700_000_000)
        #expect(read.header.parent == Hash256([UInt8](repeating: 7, count: 32)))
    }

    @Test func `an output without value or with an unwatchable script is not a transfer`() throws {
        var transaction = BuiltTransaction.spending(1)
        let key = [UInt8](repeating: 2, count: 33)
        transaction.outputs = [
            (0, BuiltTransaction.script), (1, []), (1, [0x6a, 1, 1]), (1, [33] + key + [0xac]),
            (1, [0x51, 33] + key + [0x51, 0xae]), (1, [0x51, 2, 0x4e, 0x73]), (1, [0x52, 32] + key.dropLast()),
            (1, [0x00, 21] + key.prefix(21)), (1, [0x51, 32] + key.dropLast()),
        ]
        let transfers = try BuiltBlock(transactions: [.coinbase(), transaction]).decode().transfers(of: .bitcoin)
        #expect(transfers.map(\.locator) == [.output(0), .output(8)])
        #expect(transfers.map(\.blockIndex) == [0, 9])
    }

    @Test func `repeated transactions under the same root are refused`() {
        let transactions: [BuiltTransaction] = [.coinbase(), .spending(1), .spending(2)]
        let repeated = BuiltBlock(transactions: transactions + [.spending(2)], leaves: transactions.map(\.id))
        #expect(repeated.hash == BuiltBlock(transactions: transactions).hash)
        #expect(throws: DecodeError.self) { try repeated.decode() }
        let six = transactions + [.spending(3), .spending(4), .spending(5)]
        #expect(throws: DecodeError.self) {
            try BuiltBlock(transactions: six + six.suffix(2), leaves: six.map(\.id)).decode()
        }
    }

    @Test func `one coinbase, and first`() {
        refuses { $0.transactions = [.spending(1)] }
        refuses { $0.transactions = [.spending(1), .coinbase()] }
        refuses { $0.transactions = [.coinbase(), .coinbase()] }
        refuses { $0.transactions = [] }
        refuses { block in
            block.transactions[0].inputCount = [2]
            block.transactions[0].inputs.append(block.transactions[0].inputs[0])
        }
    }

    @Test func `amounts stay within what there can be`() throws {
        let maximum = Coin.bitcoin.maximumMoney
        refuses { $0.transactions[0].outputs = [(maximum + 1, [])] }
        refuses { $0.transactions[0].outputs = [(.max, [])] }
        refuses { $0.transactions[0].outputs = [(maximum, []), (1, [])] }
        refuses { $0.transactions[0].outputs = [] }
        var block = BuiltBlock()
        block.transactions[0].outputs = [(maximum, [])]
        #expect(try block.decode().outputs.map(\.value) == [maximum])
    }

    @Test func `lengths are written in their shortest form`() {
        refuses { $0.count = [0xfd, 1, 0] }
        refuses { $0.count = [0xfe, 1, 0, 0, 0] }
        refuses { $0.count = [0xff, 1, 0, 0, 0, 0, 0, 0, 0] }
        refuses { $0.transactions[0].inputCount = [0xfd, 1, 0] }
    }

    @Test func `a length beyond the end is refused before anything is made of it`() {
        refuses { $0.count = [0xff] + UInt64.max.littleEndianBytes }
        refuses { $0.count = [0xff] + UInt64(Int64.max).littleEndianBytes }
        refuses { $0.count = [0xfe] + UInt32.max.littleEndianBytes }
        refuses { $0.transactions[0].inputCount = [0xff] + UInt64.max.littleEndianBytes }
    }

    @Test func `bits that no difficulty rule yields are refused`() {
        for bits: UInt32 in [0x207f_fffe + 2, 0x2100_7fff, 0x2100_ffff, 0x20ff_ffff, 0, 0xff7f_ffff, 0x2000_7fff] {
            refuses { $0.bits = bits }
        }
    }

    @Test func `nothing follows the transactions`() {
        refuses { $0.trailing = [0] }
        refuses { $0.trailing = [1, 2, 3] }
    }

    @Test func `witnesses are read past and are not part of the id`() throws {
        var block = BuiltBlock(transactions: [.coinbase(), .spending(1)])
        let id = block.transactions[1].id
        block.transactions[1].marker = [0, 1]
        block.transactions[1].witness = [2, 1, 0xaa, 0]
        let contents = try block.decode()
        #expect(contents.transactions[1].id.bytes == id.bytes.reversed())
        refuses {
            $0.transactions = [.coinbase(), block.transactions[1]]; $0.transactions[1].witness = [0]
        }
        refuses {
            $0.transactions = [.coinbase(), block.transactions[1]]; $0.transactions[1].witness = [2, 0xfd, 2, 0]
        }
    }

    @Test func `an unknown serialization is told from a broken one`() throws {
        for flag: UInt8 in [0, 2, 3, 8, 9, 0x80, 0xff] {
            var block = BuiltBlock(transactions: [.coinbase(), .spending(1)])
            block.transactions[1].marker = [0, flag]
            block.transactions[1].witness = [0]
            let error = #expect(throws: DecodeError.self) { try block.decode() }
            #expect(error?.code == .unknownFormat)
        }
    }

    private func refuses(
        _ change: (inout BuiltBlock) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var block = BuiltBlock()
        change(&block)
        if block.leaves == nil, block.transactions.isEmpty { block.leaves = [SHA256.digest([])] }
        let error = #expect(throws: DecodeError.self, sourceLocation: sourceLocation) { try block.decode() }
        #expect(error?.code == .malformed, sourceLocation: sourceLocation)
    }
}
