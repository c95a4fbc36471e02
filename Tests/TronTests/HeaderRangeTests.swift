import Chain
import Testing

@testable import Tron

/// Headers that hash to their ids, and say what no chain can.
@Suite struct HeaderRangeTests {
    private func header(_ block: MadeBlock) throws -> Header? { try BlockDecoder().header(block.json.answer) }

    @Test func `the last second of the year 9999 is a time`() throws {
        #expect(try header(MadeBlock(timestamp: 253_402_300_799_999))?.time == 253_402_300_799)
    }

    @Test(arguments: [253_402_300_800_000, .max, -1, .min] as [Int64])
    func `what is later or before 1970 is none`(milliseconds: Int64) {
        let error = #expect(throws: DecodeError.self) { try header(MadeBlock(timestamp: milliseconds)) }
        #expect(error?.message.contains("is outside the range of a block time") == true)
    }

    @Test(arguments: [1 << 40 + 1, .max, -1] as [Int64])
    func `a height beyond all chains is none`(number: Int64) {
        let error = #expect(throws: DecodeError.self) { try header(MadeBlock(number: number)) }
        #expect(error?.message.contains("is outside the range of a block height") == true)
    }
}
