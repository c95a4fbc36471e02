import Chain
import TestSupport
import Testing

@testable import Bitcoin

/// Each rule of merged mining by a block that breaks it and nothing else.
@Suite struct AuxPoWTests {
    @Test func `a block that another chain's work was done for is read`() throws {
        let block = BuiltBlock(
            coin: .dogecoin, version: 0x62_0104, proof: BuiltAuxPoW(), transactions: [.coinbase(), .spending(1)])
        let contents = try block.decode()
        #expect(contents.header.hash == block.hash)
        #expect(contents.transactions.count == 2)
        #expect(contents.transfers(of: .dogecoin).map(\.maturity) == [240, 0])
    }

    @Test func `a parent's coinbase may have witnesses, trees of any size, and no mark near its beginning`() throws {
        for count in 0..<5 {
            for number in 0..<UInt32(8) {
                try accepts {
                    $0.chains = (0..<count).map { [UInt8](repeating: UInt8(20 + $0), count: 32) }
                    $0.nonce = number &* 0x1234_5679
                }
            }
        }
        try accepts { $0.isSegwit = true }
        try accepts { $0.transactions = [] }
        try accepts { $0.transactions = (0..<40).map { [UInt8](repeating: $0, count: 32) } }
        try accepts { $0.chains = (0..<30).map { [UInt8](repeating: $0, count: 32) } }
        try accepts { $0.prefix = [] }
        try accepts { $0.prefix = [UInt8](repeating: 4, count: 20) }
        try accepts { $0.prefix = [UInt8](repeating: 4, count: 90) + BuiltAuxPoW.mark }
        try accepts { $0.suffix = [] }
        try accepts { $0.parentVersion = 0x63_0104 }
        try accepts { $0.parentVersion = 1 }
    }

    @Test func `a coinbase that is not the parent's first transaction is refused`() {
        refuses("not about a coinbase") { $0.coinbaseIndex = 1 }
        refuses("not about a coinbase") { $0.coinbaseIndex = 2 }
        refuses("not about a coinbase") { $0.coinbaseIndex = .max }
    }

    @Test func `a parent of the same chain is refused`() {
        refuses("parent of the same chain") { $0.parentVersion = 0x62_0104 }
        refuses("parent of the same chain") { $0.parentVersion = 0x62_0004 }
    }

    @Test func `more than thirty levels of chains are refused`() {
        refuses(" levels") { $0.chains = (0..<31).map { [UInt8](repeating: $0, count: 32) } }
        refuses(" levels") { $0.chains = (0..<64).map { [UInt8](repeating: $0, count: 32) } }
    }

    @Test func `a coinbase that is not in the parent is refused`() {
        refuses("not its parent's") { $0.parentRoot = [UInt8](repeating: 8, count: 32) }
    }

    @Test func `a coinbase that does not commit to the header is refused`() {
        refuses("does not commit") { $0.isRootReversed = false }
        var block = BuiltBlock(coin: .dogecoin, version: 0x62_0104, proof: BuiltAuxPoW())
        let proof = block.bytes[80..<block.bytes.count - 1 - block.transactions[0].bytes.count]
        block.bits = 0x207f_fffe
        block.proof = nil
        let bytes = block.header + proof + [1] + block.transactions[0].bytes
        #expect(throws: DecodeError.self) { try BlockDecoder(block.parameters).contents(of: bytes) }
    }

    @Test func `one root alone may stand in the coinbase`() {
        let mark = BuiltAuxPoW.mark
        refuses("several marks") { $0.prefix = mark + mark }
        refuses("several marks") { $0.suffix = mark }
        refuses("in another place") { $0.prefix = mark + [0] }
        refuses("no mark") { $0.prefix = [UInt8](repeating: 4, count: 21) }
        refuses("in another place") { ($0.prefix, $0.suffix) = ([], mark) }
    }

    @Test func `the tree's size and the nonce follow the root`() {
        refuses("does not tell") { $0.tail = [] }
        refuses("does not tell") { $0.tail = [4, 0, 0, 0, 7, 0, 0] }
        for size: UInt32 in [0, 1, 2, 3, 5, 8, .max] { refuses("another size") { $0.size = size } }
    }

    @Test func `the header stands in its own chain's place`() throws {
        var accepted = 0
        for index in UInt32(0)..<4 {
            var proof = BuiltAuxPoW()
            proof.chainIndex = index
            if (try? block(proof).decode()) != nil { accepted += 1 }
        }
        #expect(accepted == 1)
        refuses("another chain's place") { $0.chainIndex = .max }
        // Where chain 0x63 with the same nonce has another place.
        refuses("another chain's place") { $0.chainNumber = 0x63 }
    }

    @Test func `work that misses the target is refused`() {
        refuses("no proof of work") { $0.meetsTarget = false }
    }

    @Test func `a header of another merge-mined chain is refused, except on the test chain`() throws {
        for version: UInt32 in [0x63_0104, 0x0104, 0x4, 0x3, 0x63_0004, 0x8062_0104] {
            var proof = BuiltAuxPoW()
            proof.chainNumber = UInt32(bitPattern: Int32(bitPattern: version) >> 16)
            let block = BuiltBlock(
                coin: .dogecoin, version: version, proof: version & 0x100 == 0 ? nil : proof)
            #expect(throws: DecodeError.self) { try block.decode() }
            #expect(throws: Never.self) { try BlockDecoder(Self.lenient).contents(of: block.bytes) }
        }
        // Where nobody looks at the number of the header's chain, nobody looks at that of its parent's.
        let own = BuiltBlock(
            coin: .dogecoin, version: 0x62_0104, proof: BuiltAuxPoW(parentVersion: 0x62_0104))
        #expect(throws: Never.self) { try BlockDecoder(Self.lenient).contents(of: own.bytes) }
        #expect(ChainParameters.dogecoin.map(\.isChainStrict) == [true, false, true])
        for version: UInt32 in [1, 2, 0x62_0004, 0x62_0002] {
            #expect(try BuiltBlock(coin: .dogecoin, version: version).decode().transactions.count == 1)
        }
    }

    @Test func `a proof and the mark of one in the version come together`() {
        let unmarked = BuiltBlock(coin: .dogecoin, version: 0x62_0004, proof: BuiltAuxPoW())
        #expect(throws: DecodeError.self) { try unmarked.decode() }
        let unproved = BuiltBlock(coin: .dogecoin, version: 0x62_0104)
        #expect(throws: DecodeError.self) { try unproved.decode() }
    }

    @Test func `no other coin reads a proof`() {
        for coin in [Coin.litecoin, .bitcoin, .bitcoinCash, .dash] {
            let block = BuiltBlock(coin: coin, version: 0x62_0104, proof: BuiltAuxPoW())
            #expect(throws: DecodeError.self) { try block.decode() }
        }
    }

    @Test(.enabled(if: Fixtures.folder("dogecoin") != nil, "needs ../shared/fixtures"))
    func `no bit of a real proof can be flipped unnoticed`() throws {
        let fixture = try #require(BlockFixture.all.first { $0.coin == .dogecoin })
        let bytes = try fixture.bytes()
        let layout = BlockLayout(bytes, of: .dogecoin)
        let end = try #require(layout.transactions.first).lowerBound - 1
        var damaged = bytes
        for bit in 80 * 8..<end * 8 where !layout.uncommitted.contains(bit / 8) {
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            defer { damaged[bit / 8] ^= 1 << UInt8(bit % 8) }
            #expect(throws: DecodeError.self, "bit \(bit)") {
                try BlockDecoder(fixture.parameters).contents(of: damaged)
            }
        }
    }

    /// As easy as regtest, and as lenient as the test chain.
    private static let lenient = ChainParameters(
        .dogecoin, .regtest, genesis: "3d2160a3b5dc4a9d62e7e66a295f70313ac808440ef7400d6c0772171ce973a5",
        limit: 0x207f_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4), isChainStrict: false)

    private func block(_ proof: BuiltAuxPoW) -> BuiltBlock {
        BuiltBlock(coin: .dogecoin, version: 0x62_0104, proof: proof)
    }

    private func accepts(
        _ change: (inout BuiltAuxPoW) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var proof = BuiltAuxPoW()
        change(&proof)
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try block(proof).decode() }
    }

    private func refuses(
        _ reason: String, _ change: (inout BuiltAuxPoW) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var proof = BuiltAuxPoW()
        change(&proof)
        let error = #expect(throws: DecodeError.self, sourceLocation: sourceLocation) { try block(proof).decode() }
        #expect(error?.code == .malformed, sourceLocation: sourceLocation)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }
}
