import Bitcoin
import Chain
import Hashing
import Testing

/// The pinned hash of each chain's first block, recomputed from what the block says.
@Suite struct GenesisTests {
    private static let times = "The Times 03/Jan/2009 Chancellor on brink of second bailout for banks"
    private static let newYorkTimes = "NY Times 05/Oct/2011 Steve Jobs, Apple’s Visionary, Dies at 56"
    private static let testnet4 = "03/May/2024 000000000000000000001ebd58c244970b3aa9d783bb001011fbe8ea8e98e00e"
    private static let wired =
        "Wired 09/Jan/2014 The Grand Experiment Goes Live: Overstock.com Is Now Accepting Bitcoins"
    private static let satoshi =
        "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
        + "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
    private static let litecoin =
        "040184710fa689ad5023690c80f3a49c8f13f8d45b8c857fbcbc8bc4a8e4d3eb4b"
        + "10f4d4604fa08dce601aaf0f470216fe1b51850b4acf21b179c45070ac7b03a9"
    private static let nobody = String(repeating: "00", count: 33)

    struct Genesis: Sendable {
        let coin: Coin
        let chain: BitcoinChain
        let message: String
        let key: String
        let time: UInt32
        let nonce: UInt32
        let bits: UInt32
        var reward: UInt64 = 50

        /// Version 1, one coinbase to a public key.
        var bytes: [UInt8] {
            let script = Hex.decode(key)!
            let text = Array(message.utf8)
            var coinbase = BuiltTransaction.coinbase()
            let input: [UInt8] =
                [4, 0xff, 0xff, 0, 0x1d, 1, 4] + (text.count > 75 ? [0x4c] : []) + [UInt8(text.count)] + text
            coinbase.inputs[0].replaceSubrange(36..<39, with: [UInt8(input.count)] + input)
            coinbase.outputs = [(reward * 100_000_000, [UInt8(script.count)] + script + [0xac])]
            coinbase.version = 1
            return UInt32(1).littleEndianBytes + [UInt8](repeating: 0, count: 32) + coinbase.id.bytes
                + time.littleEndianBytes + bits.littleEndianBytes + nonce.littleEndianBytes + [1] + coinbase.bytes
        }
    }

    /// Dogecoin's regtest's.
    static let dogecoin = Genesis(
        coin: .dogecoin, chain: .regtest, message: "Nintondo", key: litecoin, time: 1_296_688_602, nonce: 2,
        bits: 0x207f_ffff, reward: 88)

    @Test(arguments: [
        Genesis(
            coin: .bitcoin, chain: .main, message: times, key: satoshi, time: 1_231_006_505, nonce: 2_083_236_893,
            bits: 0x1d00_ffff),
        Genesis(
            coin: .bitcoin, chain: .test, message: times, key: satoshi, time: 1_296_688_602, nonce: 414_098_458,
            bits: 0x1d00_ffff),
        Genesis(
            coin: .bitcoin, chain: .testnet4, message: testnet4, key: nobody, time: 1_714_777_860, nonce: 393_743_547,
            bits: 0x1d00_ffff),
        Genesis(
            coin: .bitcoin, chain: .signet, message: times, key: satoshi, time: 1_598_918_400, nonce: 52_613_770,
            bits: 0x1e03_77ae),
        Genesis(
            coin: .bitcoin, chain: .regtest, message: times, key: satoshi, time: 1_296_688_602, nonce: 2,
            bits: 0x207f_ffff),
        Genesis(
            coin: .litecoin, chain: .main, message: newYorkTimes, key: litecoin, time: 1_317_972_665,
            nonce: 2_084_524_493, bits: 0x1e0f_fff0),
        Genesis(
            coin: .litecoin, chain: .test, message: newYorkTimes, key: litecoin, time: 1_486_949_366, nonce: 293_345,
            bits: 0x1e0f_fff0),
        Genesis(
            coin: .litecoin, chain: .regtest, message: newYorkTimes, key: litecoin, time: 1_296_688_602, nonce: 0,
            bits: 0x207f_ffff),
        Genesis(
            coin: .dogecoin, chain: .main, message: "Nintondo", key: litecoin, time: 1_386_325_540, nonce: 99_943,
            bits: 0x1e0f_fff0, reward: 88),
        Genesis(
            coin: .dogecoin, chain: .test, message: "Nintondo", key: litecoin, time: 1_391_503_289, nonce: 997_879,
            bits: 0x1e0f_fff0, reward: 88),
        dogecoin,
        Genesis(
            coin: .bitcoinCash, chain: .main, message: times, key: satoshi, time: 1_231_006_505, nonce: 2_083_236_893,
            bits: 0x1d00_ffff),
        Genesis(
            coin: .bitcoinCash, chain: .test, message: times, key: satoshi, time: 1_296_688_602, nonce: 414_098_458,
            bits: 0x1d00_ffff),
        Genesis(
            coin: .bitcoinCash, chain: .testnet4, message: times, key: satoshi, time: 1_597_811_185,
            nonce: 114_152_193, bits: 0x1d00_ffff),
        Genesis(
            coin: .bitcoinCash, chain: .regtest, message: times, key: satoshi, time: 1_296_688_602, nonce: 2,
            bits: 0x207f_ffff),
    ])
    func `is the block that its chain pins`(genesis: Genesis) throws {
        let parameters = try #require(ChainParameters(coin: genesis.coin, chain: genesis.chain))
        let contents = try BlockDecoder(parameters).contents(of: genesis.bytes)
        #expect(contents.header.hash == parameters.genesis)
        #expect(contents.transfers(of: genesis.coin).isEmpty)
    }

    /// That the hash is the header's can't be recomputed here; that the block is sound in all else can.
    @Test(arguments: [
        Genesis(
            coin: .dash, chain: .main, message: wired, key: litecoin, time: 1_390_095_618, nonce: 28_917_698,
            bits: 0x1e0f_fff0),
        Genesis(
            coin: .dash, chain: .test, message: wired, key: litecoin, time: 1_390_666_206, nonce: 3_861_367_235,
            bits: 0x1e0f_fff0),
        Genesis(
            coin: .dash, chain: .regtest, message: wired, key: litecoin, time: 1_417_713_337, nonce: 1_096_447,
            bits: 0x207f_ffff),
    ])
    func `of Dash is read under the name that its chain pins`(genesis: Genesis) throws {
        let parameters = try #require(ChainParameters(coin: genesis.coin, chain: genesis.chain))
        let reference = BlockReference(height: 0, hash: parameters.genesis)
        let block = try BlockDecoder(parameters).block(reference, from: genesis.bytes)
        #expect(block.reference == reference)
        #expect(block.header.parent == Hash256(0, 0, 0, 0))
        #expect(block.transfers.isEmpty)
        #expect(throws: DecodeError.self) { try BlockDecoder(parameters).contents(of: genesis.bytes) }
    }

    @Test func `every chain is pinned, and no coin has a chain that is not its own`() {
        let chains = Coin.allCases.map { coin in
            BitcoinChain.allCases.filter { ChainParameters(coin: coin, chain: $0) != nil }
        }
        #expect(
            chains == [
                [.main, .test, .testnet4, .signet, .regtest], [.main, .test, .regtest], [.main, .test, .regtest],
                [.main, .test, .testnet4, .regtest], [.main, .test, .regtest],
            ])
    }
}
