import Bitcoin
import Chain
import Testing

/// Transactions by themselves: each rule by one that breaks it and nothing else.
@Suite struct TransactionRuleTests {
    @Test func `a sound transaction is read, with witnesses and without`() throws {
        var built = BuiltTransaction.spending(4)
        built.outputs = [(0, BuiltTransaction.script), (7, [0x6a]), (9, BuiltTransaction.script)]
        let plain = try built.decode(as: .bitcoin)
        built.marker = [0, 1]
        built.witness = [1, 1, 0xaa]
        #expect(try built.decode(as: .bitcoin) == plain)
        #expect(plain.id == built.hash)
        let outpoint = Outpoint(transaction: try #require(Hash256([UInt8](repeating: 4, count: 32))), index: 0)
        #expect(plain.spends == [outpoint])
        let transfer = try #require(plain.transfers.first)
        #expect(plain.transfers.count == 1)
        #expect(transfer.transaction == plain.id)
        #expect(transfer.locator == .output(2))
        #expect(transfer.blockIndex == 2)
        #expect(transfer.amount == UInt256(9))
        #expect(transfer.maturity == 0)
    }

    @Test func `what pays nobody is read too, for it spends`() throws {
        var built = BuiltTransaction.spending(4)
        built.outputs = [(0, [0x6a])]
        let transaction = try built.decode(as: .bitcoin)
        #expect(transaction.transfers.isEmpty)
        #expect(transaction.spends.count == 1)
    }

    @Test func `the transaction of another id is refused`() {
        let error = #expect(throws: DecodeError.self) {
            try TransactionDecoder(.bitcoin).transaction(
                BuiltTransaction.spending(1).hash, from: BuiltTransaction.spending(2).bytes)
        }
        #expect(error?.code == .malformed)
    }

    @Test func `a coinbase, a null outpoint and a transaction without inputs or outputs are refused`() {
        refuses { $0 = .coinbase() }
        refuses {
            $0.inputCount = [2]
            $0.inputs += BuiltTransaction.coinbase().inputs
        }
        refuses {
            ($0.marker, $0.inputCount, $0.inputs) = ([0, 1], [0], [])
        }
        refuses { $0.outputs = [] }
    }

    @Test func `amounts, lengths and the end are checked`() {
        let maximum = Coin.litecoin.maximumMoney
        refuses { $0.outputs = [(maximum + 1, [])] }
        refuses { $0.outputs = [(maximum, []), (1, [])] }
        refuses { $0.inputCount = [0xfd, 1, 0] }
        refuses { $0.inputCount = [0xff] + UInt64.max.littleEndianBytes }
        refuses { ($0.marker, $0.witness) = ([0, 1], [0]) }
        refuses(trailing: [0])
        refuses(trailing: [UInt8](repeating: 0, count: 33_000_000))
    }

    @Test func `an unknown serialization is told from a broken one`() {
        for flag: UInt8 in [0, 2, 3, 4, 0x0a, 0x18, 0x80, 0xff] {
            #expect(unknown(as: .litecoin) { ($0.marker, $0.witness) = ([0, flag], [1, 1, 0xaa]) })
        }
        for flag: UInt8 in [8, 9] {
            #expect(unknown(as: .bitcoin) { ($0.marker, $0.witness) = ([0, flag], [1, 1, 0xaa]) })
        }
    }

    /// The MimbleWimble part stands after the witnesses, and is not part of the id.
    @Test(arguments: [([8], []), ([9], [1, 2, 0xaa, 0xbb])] as [([UInt8], [UInt8])])
    func `a peg-in is read past its MimbleWimble part`(flag: [UInt8], witness: [UInt8]) throws {
        var built = BuiltTransaction.spending(4)
        built.outputs.append((5, [0x59, 32] + [UInt8](repeating: 6, count: 32)))
        built.lockTime = 431
        let plain = try built.decode(as: .litecoin)
        built.marker = [0] + flag
        for part: [UInt8] in [[0], [1, 2, 3], [UInt8](repeating: 0xff, count: 3_000)] {
            built.witness = witness + part
            #expect(try built.decode(as: .litecoin) == plain)
        }
        refuses { [built] in
            $0 = built
            $0.witness = witness
        }
    }

    /// The first three as Litecoin Core serializes them by default, the last as with `-rpcserialversion=1`.
    @Test(arguments: [
        "0200000000080000010bb94144a7e2915eaa562923d9758aad87f11edd1727df0bb0010000", "02000000000800000100000000",
        "02000000000900000100000000", "020000000000b0010000",
    ])
    func `a transaction of the extension block alone is known for what it is`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        let error = #expect(throws: DecodeError.self) {
            try TransactionDecoder(.litecoin).transaction(Hash256(1, 2, 3, 4), from: bytes)
        }
        #expect(error?.code == .unknownFormat)
    }

    private func refuses(
        trailing: [UInt8] = [], _ change: (inout BuiltTransaction) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var built = BuiltTransaction.spending(1)
        change(&built)
        let error = #expect(throws: DecodeError.self, sourceLocation: sourceLocation) {
            try TransactionDecoder(.litecoin).transaction(built.hash, from: built.bytes + trailing)
        }
        #expect(error?.code == .malformed, sourceLocation: sourceLocation)
    }

    private func unknown(as coin: Coin, _ change: (inout BuiltTransaction) -> Void) -> Bool {
        var built = BuiltTransaction.spending(1)
        change(&built)
        let error = #expect(throws: DecodeError.self) { try built.decode(as: coin) }
        return error?.code == .unknownFormat
    }
}

extension BuiltTransaction {
    func decode(as coin: Coin) throws -> UnconfirmedTransaction {
        try TransactionDecoder(coin).transaction(hash, from: bytes)
    }
}
