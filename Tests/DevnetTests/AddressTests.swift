import Testing

@testable import Devnet

@Suite("Addresses") struct AddressTests {
    @Test("The usual spellings of one address, that of USDT, are the same")
    func spellings() throws {
        let address = try #require(Address("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"))
        #expect(address.hex == "41a614f803b6fd780986a42c78ec9c7f77e6ded13c")
        #expect(Address(address.hex) == address)
        #expect(address.base58 == "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")
        #expect(Address("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u") == nil)
    }
}
