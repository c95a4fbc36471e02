import Chain
import EVM
import Testing

@Suite struct EVMAddressTests {
    let format = EVMAddress()

    /// EIP-55's own examples, and the one of EIP-1191 for chain 1.
    static let spelled = [
        "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ]

    @Test(arguments: spelled)
    func `addresses are read in their checksummed spelling and in any one case`(address: String) throws {
        let key = try format.watchKey(of: address)
        #expect(key.description == address.dropFirst(2).lowercased())
        #expect(format.address(of: key) == address)
        #expect(try format.watchKey(of: address.lowercased()) == key)
        #expect(try format.watchKey(of: "0x" + address.dropFirst(2).uppercased()) == key)
    }

    @Test func `a mistyped letter case is found`() {
        for address in Self.spelled.dropFirst(4) {
            for place in address.indices.dropFirst(2) where address[place].isLetter {
                var wrong = address
                let letter = address[place]
                wrong.replaceSubrange(
                    place...place, with: letter.isLowercase ? letter.uppercased() : letter.lowercased())
                #expect(throws: AddressError.malformed, "\(wrong)") { try format.watchKey(of: wrong) }
            }
        }
    }

    @Test(arguments: [
        "", "0x", "52908400098527886E0F7030069857D2E4169EE7", "0X52908400098527886E0F7030069857D2E4169EE7",
        "0x52908400098527886E0F7030069857D2E4169EE", "0x52908400098527886E0F7030069857D2E4169EE7a",
        "0x52908400098527886E0F7030069857D2E4169EEG", "0x52908400098527886E0F7030069857D2E4169EE７",
        " 0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EE7 ",
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "vitalik.eth",
    ])
    func `what is not an address is refused`(text: String) {
        #expect(throws: AddressError.malformed) { try format.watchKey(of: text) }
    }

    @Test func `the zero address is nobody's`() {
        #expect(throws: AddressError.unwatchableScript) {
            try format.watchKey(of: "0x" + String(repeating: "0", count: 40))
        }
    }

    @Test func `a key of another length has no address`() throws {
        #expect(format.address(of: try #require(WatchKey([UInt8](repeating: 1, count: 21)))) == nil)
    }
}
