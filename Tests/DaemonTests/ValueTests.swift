import ArgumentParser
import Payments
import Testing

@testable import Daemon

@Suite struct ValueTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("0s", .zero), ("60s", .seconds(60)), ("90m", .seconds(5_400)),
        ("3h", .seconds(10_800)), ("7d", .seconds(604_800)),
    ])
    func aTimeIsANumberAndItsUnit(_ text: String, _ duration: Duration) {
        #expect(Duration(written: text) == duration)
    }

    @Test(arguments: [
        "", "3", "h", "-3h", "+3h", " 3h", "3 h", "3H", "1.5h", "1h30m", "999999999999999d", "9999999999999999999s",
        "٣h",
    ])
    func anythingElseIsNoTime(_ text: String) {
        #expect(Duration(written: text) == nil)
    }

    @Test(arguments: [("127.0.0.1:9464", "127.0.0.1"), ("localhost:1", "localhost"), ("[::1]:65535", "::1")])
    func anAddressToListenOnHasHostAndPort(_ text: String, _ host: String) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host && address.description == text)
    }

    @Test(arguments: ["", ":1", "::1:9464", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "a b:1", "http://x:1"])
    func anythingElseIsNoAddress(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(arguments: [
        ("LTC:ltc1qabc", "LTC", "ltc1qabc", nil),
        ("LTC:ltc1qabc:1.25", "LTC", "ltc1qabc", "1.25"),
        ("LTC:ltc1qabc:5", "LTC", "ltc1qabc", "5"),
        ("BCH:bitcoincash:qpm2qs", "BCH", "bitcoincash:qpm2qs", nil),
        ("BCH:bitcoincash:qpm2qs:0.5", "BCH", "bitcoincash:qpm2qs", "0.5"),
    ])
    func anOptionIsAssetAddressAndAmount(_ text: String, _ asset: String, _ address: String, _ amount: String?) throws {
        let option = try InvoiceOption(argument: text)
        #expect(option.asset == asset && option.address == address && option.amount == amount)
    }

    @Test(arguments: ["", "LTC", ":x", "LTC:", "LTC:x:", "LTC:x:1,25", "LTC:x:-1", "LTC:x:.5", "LTC:x:5."])
    func anythingElseIsNoOption(_ text: String) {
        #expect(throws: ValidationError.self) { try InvoiceOption(argument: text) }
    }

    @Test func aFeeOfOneAssetNamesTheAsset() throws {
        let override = try ServiceFeeOverride(argument: "LTC=1.05%")
        #expect(override.asset == "LTC" && override.fee.value == 105)
        for text in ["LTC", "=1%", "LTC=1", "LTC=100%", "LTC=1.055%", "LTC=-1%"] {
            #expect(throws: ValidationError.self) { try ServiceFeeOverride(argument: text) }
        }
    }

    @Test func aMistypedWordHasANearestOne() {
        let keys = ["network", "max_reorg_depth", "max_block_gap", "password_file"]
        #expect(nearest(to: "max_reorg_dept", among: keys) == "max_reorg_depth")
        #expect(nearest(to: "password", among: keys) == "password_file")
        #expect(nearest(to: "color", among: keys) == nil)
        #expect(nearest(to: String(repeating: "x", count: 100_000), among: keys) == nil)
        #expect(nearest(to: "x", among: []) == nil)
    }
}
