import Chain
import Testing

@testable import EVM

/// Headers that hash to their hashes, and say what no chain can.
@Suite struct HeaderRangeTests {
    private let decoder = BlockDecoder(EVMChain(id: 1337))

    private func header(height: Int64 = 7, time: UInt64? = nil) throws -> Header {
        let model = ModelHeader(height: height, parent: Hash256(1, 1, 1, 1), time: time)
        return try decoder.header(from: Array(model.json.utf8)[...])
    }

    @Test func `the last second of the year 9999 is a time`() throws {
        #expect(try header(time: 253_402_300_799).time == 253_402_300_799)
    }

    @Test(arguments: [253_402_300_800, 1 << 47, 1 << 63, .max] as [UInt64])
    func `what is later is none`(time: UInt64) {
        let error = #expect(throws: DecodeError.self) { try header(time: time) }
        #expect(error?.code == .malformed && error?.message.contains("is outside the range of a block time") == true)
    }

    @Test(arguments: [1 << 40 + 1, 1 << 48, .max] as [Int64])
    func `a height beyond all chains is none`(height: Int64) {
        let error = #expect(throws: DecodeError.self) { try header(height: height, time: 1_700_000_000) }
        #expect(error?.message.contains("is outside the range of a block height") == true)
    }
}
