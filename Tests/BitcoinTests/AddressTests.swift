import Bitcoin
import Chain
import TestSupport
import Testing

@Suite struct AddressTests {
    static let bitcoin = BitcoinAddress(ChainParameters(coin: .bitcoin, chain: .main)!)
    static let litecoin = BitcoinAddress(ChainParameters(coin: .litecoin, chain: .main)!)

    @Test func `every kind is written and read back, on every chain`() throws {
        var generator = SplitMix64(seed: 173)
        for (coin, chain) in Coin.allCases.flatMap({ coin in BitcoinChain.allCases.map { (coin, $0) } }) {
            guard let parameters = ChainParameters(coin: coin, chain: chain) else { continue }
            let format = BitcoinAddress(parameters)
            for _ in 0..<20 {
                let hash = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
                for script in Self.scripts(of: coin, hash) {
                    let key = try #require(WatchKey(script))
                    let address = try #require(format.address(of: key))
                    #expect(try format.watchKey(of: address) == key)
                }
            }
        }
    }

    private static func scripts(of coin: Coin, _ hash: [UInt8]) -> [[UInt8]] {
        let short = hash[..<20]
        let common: [[UInt8]] = [[0x76, 0xa9, 20] + short + [0x88, 0xac], [0xa9, 20] + short + [0x87]]
        return switch coin {
        case .bitcoin, .litecoin: common + [[0x00, 20] + short, [0x00, 32] + hash, [0x51, 32] + hash]
        case .bitcoinCash: common + [[0xaa, 32] + hash + [0x87]]
        case .dogecoin, .dash: common
        }
    }

    @Test func `a kind that a coin lacks has no address there`() throws {
        let hash = [UInt8](1...32)
        for coin in Coin.allCases {
            let format = BitcoinAddress(try #require(ChainParameters(coin: coin, chain: .main)))
            for other in Coin.allCases {
                for script in Self.scripts(of: other, hash) where !Self.scripts(of: coin, hash).contains(script) {
                    #expect(format.address(of: try #require(WatchKey(script))) == nil)
                }
            }
        }
    }

    @Test func `the zero hash keeps its leading ones`() throws {
        let address = "1111111111111111111114oLvT2"
        let key = try Self.bitcoin.watchKey(of: address)
        #expect(key.bytes == [0x76, 0xa9, 20] + [UInt8](repeating: 0, count: 20) + [0x88, 0xac])
        #expect(Self.bitcoin.address(of: key) == address)
    }

    @Test func `both spellings of a Litecoin script address are one key, written the new way`() throws {
        let hash = [UInt8](1...20)
        let key = try #require(WatchKey([0xa9, 20] + hash + [0x87]))
        let former = try #require(Self.bitcoin.address(of: key))
        let current = try #require(Self.litecoin.address(of: key))
        #expect(former.hasPrefix("3") && current.hasPrefix("M"))
        #expect(try Self.litecoin.watchKey(of: former) == key)
        #expect(try Self.litecoin.watchKey(of: current) == key)
        #expect(throws: AddressError.otherNetwork) { try Self.bitcoin.watchKey(of: current) }
    }

    @Test func `an upper-case segwit address is the same recipient`() throws {
        let address = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
        #expect(
            try Self.bitcoin.watchKey(of: address.uppercased()) == Self.bitcoin.watchKey(of: address))
    }

    @Test(arguments: [
        "n2QNKBbSbP3iKvcut6zCucFddFPKKr61vo",  // Bitcoin's and Litecoin's test chains
        "QToC4x1s4NbMRARc8mf37g88HapzQG66ic",  // Litecoin's test chains
        "rltc1q6mvjn9xs50lut7jk6md3ymcq924q5t4ct2mmwh",
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        "D597kHXGdkwkryF9oGhz9Bp1ypTpD1u99Z",  // Dogecoin
        "Xags3HEXJ4G4Uuf8va2eSxLCw2KCyEhiJ7",  // Dash
        "TAv5pMAR5NJ9SJN6kJm5dsWkAYbEj2Ynqb",  // TRON
        "0xdAC17F958D2ee523a2206206994597C13D831ec7",
    ])
    func `an address of another network is told from a mistyped one`(address: String) {
        #expect(throws: AddressError.otherNetwork) { try Self.bitcoin.watchKey(of: address) }
        #expect(throws: AddressError.otherNetwork) { try Self.litecoin.watchKey(of: address) }
    }

    @Test func `each coin's own address is the other's wrong network`() throws {
        let key = try #require(WatchKey([0x00, 20] + [UInt8](1...20)))
        let legacy = try #require(WatchKey([0x76, 0xa9, 20] + [UInt8](1...20) + [0x88, 0xac]))
        for key in [key, legacy] {
            #expect(throws: AddressError.otherNetwork) {
                try Self.bitcoin.watchKey(of: #require(Self.litecoin.address(of: key)))
            }
            #expect(throws: AddressError.otherNetwork) {
                try Self.litecoin.watchKey(of: #require(Self.bitcoin.address(of: key)))
            }
        }
    }

    @Test func `a kind that can't be watched is named as such`() throws {
        for address in ["bc1pfeessrawgf", "BC1SW50QGDZ25J", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs"] {
            #expect(throws: AddressError.unwatchableScript) { try Self.bitcoin.watchKey(of: address) }
        }
        let stealth =
            "tmweb1qqwtfrmgxafgmfd7c3pjuxkesj644pwrc59c4fykxvx3k3yseesxmcqctdedtu2ksvjdxpj0j8vs4zwfzv7k7vxcspax74r5k2zluf2kt85x05qpa"
        let regtest = BitcoinAddress(try #require(ChainParameters(coin: .litecoin, chain: .regtest)))
        #expect(throws: AddressError.unwatchableScript) { try regtest.watchKey(of: stealth) }
        #expect(throws: AddressError.otherNetwork) { try Self.litecoin.watchKey(of: stealth) }
        #expect(throws: AddressError.otherNetwork) { try Self.bitcoin.watchKey(of: stealth) }
        #expect(throws: AddressError.malformed) { try regtest.watchKey(of: String(stealth.dropLast()) + "q") }
    }

    @Test(arguments: [
        "", " ", "1", "bc1", "x", "0x", "0xdAC17F958D2ee523a2206206994597C13D831ec",
        "1BoatSLRHtKNngkdXEeobR76b53LETtpyT ",
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",  // a private key
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\n", "\u{feff}bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "１BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    ])
    func `what is not an address is malformed`(text: String) {
        #expect(throws: AddressError.malformed) { try Self.bitcoin.watchKey(of: text) }
    }

    @Test func `text of any length is answered at once`() {
        for character in ["1", "q", "z", "é", "\u{0}"] {
            for count in [64, 65, 90, 91, 128, 129, 1_000_000] {
                #expect(throws: AddressError.malformed) {
                    try Self.bitcoin.watchKey(of: String(repeating: character, count: count))
                }
                #expect(throws: AddressError.malformed) {
                    try Self.bitcoin.watchKey(of: "bc1" + String(repeating: character, count: count))
                }
            }
        }
    }

    @Test func `one changed character is always noticed`() throws {
        for address in ["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"] {
            _ = try Self.bitcoin.watchKey(of: address)
            let characters = Array(address)
            for index in characters.indices {
                for other in "023456789acdefghjklmnpqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                where other != characters[index] {
                    var changed = characters
                    changed[index] = other
                    #expect(throws: AddressError.malformed) { try Self.bitcoin.watchKey(of: String(changed)) }
                }
            }
        }
    }

    @Test func `a script that nobody is known by has no address`() throws {
        let key = [UInt8](repeating: 2, count: 33)
        for script: [UInt8] in [
            [33] + key + [0xac], [0x6a], [0x58, 32] + key.dropLast(), [0x59, 32] + key.dropLast(),
        ] {
            #expect(Self.litecoin.address(of: try #require(WatchKey(script))) == nil)
        }
    }
}
