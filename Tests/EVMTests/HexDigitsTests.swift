import Chain
import Testing

@testable import EVM

@Suite struct HexDigitsTests {
    private func bytes(_ digits: String) -> [UInt8]? {
        var bytes: [UInt8] = [0xEE]
        guard let hex = HexDigits(json: Array("\"0x\(digits)\"".utf8)[...]), hex.append(to: &bytes) else { return nil }
        #expect(bytes[0] == 0xEE)
        return Array(bytes.dropFirst())
    }

    @Test(arguments: 0...40)
    func `digits of every number and case are read`(count: Int) {
        let digits = String((0..<count).map { Array("0123456789abcdefABCDEF")[($0 * 7 + count) % 22] })
        #expect(bytes(digits) == Hex.decode(count.isMultiple(of: 2) ? digits : "0" + digits))
    }

    /// Every character there is, at every place of a word.
    @Test func `what is not a digit is refused wherever it stands`() {
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for place in 0..<19 {
            for character in UInt8.min...UInt8.max {
                var text = Array("\"0x1234567890abcdef123\"".utf8)
                text[3 + place] = character
                var bytes: [UInt8] = []
                let isRead = HexDigits(json: text[...])?.append(to: &bytes) ?? false
                #expect(isRead == digits.contains(character), "\(character) at \(place)")
            }
        }
    }

    @Test(arguments: ["0x12", "\"12\"", "\"0X12\"", "12", "null", "\"0x", "0x\"", "\"\"", "", "\"x012\"", "true"])
    func `only a string that begins with 0x has digits`(json: String) {
        #expect(HexDigits(json: Array(json.utf8)[...]) == nil)
    }

    /// pitfall 22: amount arithmetic; what is not in the one form is not guessed at.
    @Test(
        arguments: [
            ("0x0", true), ("0x1", true), ("0xff", true), ("0x", false), ("0x00", false), ("0x01", false),
            ("0x" + String(repeating: "f", count: 64), true), ("0x1" + String(repeating: "0", count: 64), false),
        ])
    func `a quantity is in its shortest form and has at most 256 bits`(text: String, isQuantity: Bool) throws {
        #expect(try #require(HexDigits(json: Array("\"\(text)\"".utf8)[...])).isQuantity == isQuantity)
    }

    @Test func `amounts have all their 256 bits`() throws {
        let json = Array("\"0x\(String(repeating: "f", count: 63))e\"".utf8)
        #expect(try UInt256(json: json[...], "value") == UInt256(high: .max, low: .max - 1))
        #expect(
            try UInt256(json: Array("\"0x1\(String(repeating: "0", count: 32))\"".utf8)[...], "value")
                == UInt256(high: 1, low: 0))
        #expect(throws: DecodeError.self) { try UInt256(json: Array("12".utf8)[...], "value") }
        #expect(throws: DecodeError.self) { try UInt256(json: Array("\"0x1g\"".utf8)[...], "value") }
    }
}
