import Bitcoin
import Chain
import TestSupport
import Testing

/// Damaged bytes are refused, or else change nothing of what the block pays and spends: witnesses and Litecoin's extension block
/// are the only bytes that neither an id nor the header commits to.
@Suite struct BlockDamageTests {
    static let recorded = [RecordedBlock.plain, RecordedBlock.extended]
    static let parameters = ChainParameters(coin: .litecoin, chain: .regtest)!

    @Test(arguments: recorded)
    func `no bit of a recorded block can be flipped unnoticed`(bytes: [UInt8]) throws {
        // Of the extension block, which is not read, a few bits are enough.
        let end = BlockLayout(bytes).transactionsEnd * 8
        let bits = Array(0..<end) + Array(stride(from: end, to: bytes.count * 8, by: 97))
        try checkFlips(of: bytes, on: Self.parameters, bits: bits)
    }

    @Test(arguments: recorded)
    func `no recorded block is read when it is cut short`(bytes: [UInt8]) throws {
        try checkTruncation(of: bytes, on: Self.parameters)
    }

    @Test func `random damage crashes nothing and changes no transfer and no spend`() throws {
        var generator = SplitMix64(seed: 20_261_123)
        let decoder = BlockDecoder(Self.parameters)
        let sound = try decoder.contents(of: Self.recorded[0])
        for _ in 0..<2_500 {
            var bytes = Self.recorded.randomElement(using: &generator)!
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                // The header's own damage is caught at once; the parser is what this is about.
                let start = Int.random(in: 80..<bytes.count, using: &generator)
                let end = Int.random(in: start...min(start + 12, bytes.count), using: &generator)
                switch UInt8.random(in: 0..<4, using: &generator) {
                case 0: bytes.removeSubrange(start..<end)
                case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
                case 2: bytes[start] = [0x00, 0x01, 0x08, 0xfd, 0xfe, 0xff].randomElement(using: &generator)!
                default: bytes[start] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            if let contents = try? decoder.contents(of: bytes) {
                #expect(contents.transfers(of: .litecoin) == sound.transfers(of: .litecoin))
                #expect(contents.spends == sound.spends)
            }
        }
    }

    @Test(
        .enabled(if: BlockFixture.arePresent, "needs ../shared/fixtures"),
        // Of Dash's headers nothing is proved.
        arguments: BlockFixture.all.filter { $0.coin != .dash })
    func `no committed bit of a real block can be flipped unnoticed`(fixture: BlockFixture) throws {
        let bytes = try fixture.bytes()
        var generator = SplitMix64(seed: 413_567)
        // All bits of small blocks (as far as scrypt allows), a sample of large ones.
        let samples = bytes.count < 1_000_000 ? 300 : 100
        let bits =
            bytes.count < 1_200 && fixture.coin == .bitcoin
            ? Array(0..<bytes.count * 8)
            : (0..<samples).map { _ in Int.random(in: 0..<bytes.count * 8, using: &generator) }
        try checkFlips(of: bytes, on: fixture.parameters, bits: bits)
    }

    @Test(
        .enabled(if: BlockFixture.arePresent, "needs ../shared/fixtures"),
        arguments: BlockFixture.all.filter {
            ["766390", "testnet4-40000", "regtest-432", "regtest-435", "hogex_block", "900000", "371337"].contains(
                $0.name)
        })
    func `no real block is read when it is cut short`(fixture: BlockFixture) throws {
        try checkTruncation(of: fixture.bytes(), on: fixture.parameters)
    }

    private func checkFlips(of bytes: [UInt8], on parameters: ChainParameters, bits: some Sequence<Int>) throws {
        let decoder = BlockDecoder(parameters)
        let contents = try decoder.contents(of: bytes)
        let uncommitted = BlockLayout(bytes, of: parameters.coin).uncommitted
        var damaged = bytes
        for bit in bits {
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            defer { damaged[bit / 8] ^= 1 << UInt8(bit % 8) }
            guard
                let block = try? decoder.block(
                    BlockReference(height: 0, hash: contents.header.hash), from: damaged)
            else { continue }
            #expect(uncommitted.contains(bit / 8), "bit \(bit) was flipped and the block accepted")
            #expect(block.transfers == contents.transfers(of: parameters.coin))
            #expect(block.spends == contents.spends)
        }
    }

    private func checkTruncation(of bytes: [UInt8], on parameters: ChainParameters) throws {
        let decoder = BlockDecoder(parameters)
        let end = BlockLayout(bytes, of: parameters.coin).transactionsEnd
        _ = try decoder.contents(of: bytes)
        for length in 0..<end {
            let error = #expect(throws: DecodeError.self) { try decoder.contents(of: Array(bytes[..<length])) }
            #expect(error?.code == .malformed)
        }
    }
}
