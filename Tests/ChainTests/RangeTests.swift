import Chain
import Foundation
import Testing

@Suite("What may be read of a node's numbers")
struct RangeTests {
    @Test("A height is from 0 to 2^40", arguments: [0, 1, 1 << 40] as [Int64])
    func heights(number: Int64) throws {
        #expect(try Height(number).value == number)
        #expect(try JSONDecoder().decode(Height.self, from: Data("\(number)".utf8)).value == number)
    }

    @Test(
        "What else there is in JSON is not a height",
        arguments: [
            "-9223372036854775808", "-1", "1099511627777", "9223372036854775807", "18446744073709551616", "1e400",
            "1.5",
            "\"1\"", "null",
        ])
    func otherHeights(text: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Height.self, from: Data(text.utf8)) }
    }

    @Test("No sum or difference of two heights overflows")
    func sums() throws {
        let range = Height.range
        #expect(!range.upperBound.addingReportingOverflow(range.upperBound).overflow)
        #expect(!range.lowerBound.subtractingReportingOverflow(range.upperBound).overflow)
        #expect(throws: DecodeError.self) { try Height(UInt64.max) }
        #expect(throws: DecodeError.self) { try Height(Int64.min) }
    }

    @Test("A time is from 1970 to the year 9999, and a part of a second is left out")
    func times() throws {
        #expect(try BlockTime(seconds: 253_402_300_799).seconds == 253_402_300_799)
        #expect(try BlockTime(milliseconds: 1_999).seconds == 1)
        #expect(throws: DecodeError.self) { try BlockTime(seconds: 253_402_300_800) }
        #expect(throws: DecodeError.self) { try BlockTime(seconds: UInt64.max) }
        #expect(throws: DecodeError.self) { try BlockTime(milliseconds: -1) }
        #expect(throws: DecodeError.self) { try BlockTime(milliseconds: Int64.max) }
    }
}
