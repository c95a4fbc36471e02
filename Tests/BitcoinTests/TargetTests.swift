import Hashing
import Testing

@testable import Bitcoin

@Suite struct TargetTests {
    /// The first four are the work of genesis blocks as nodes report it, the rest computed with big integers.
    @Test(
        arguments: [
            (0x1d00_ffff, 0x1_0001_0001), (0x207f_ffff, 2), (0x1e0f_fff0, 0x10_0010), (0x1e03_77ae, 0x49_d414),
            (0x1703_4219, 0x4e92_35f0_4363_4662_e0cb), (0x1400_8000, 0x1ff_ffff_ffff_ffff_ffff_ffff_ffff),
        ] as [(UInt32, UInt128)])
    func `work is 2^256 over the target and one`(bits: UInt32, work: UInt128) throws {
        #expect(try #require(Target(bits: bits)).work == work)
    }

    @Test func `work too large for its type is the largest there is`() throws {
        #expect(try #require(Target(bits: 0x1100_8000)).work == .max)
        #expect(try #require(Target(bits: 0x0300_8000)).work == .max)
    }

    @Test func `a hash meets a target up to and including it`() throws {
        let target = try #require(Target(bits: 0x0412_3456))
        let hash = { (bytes: [UInt8]) in
            SHA256.Digest((bytes + [UInt8](repeating: 0, count: 32 - bytes.count)).span.bytes)!
        }
        #expect(target.isMet(by: hash([0x00, 0x56, 0x34, 0x12])))
        #expect(!target.isMet(by: hash([0x01, 0x56, 0x34, 0x12])))
        #expect(target.isMet(by: hash([])))
        #expect(!target.isMet(by: hash([UInt8](repeating: 0, count: 31) + [1])))
        #expect(!target.isMet(by: hash([UInt8](repeating: 0, count: 15) + [1])))
    }

    @Test(
        arguments: [0, 0x207f_ff, 0x0200_8000, 0x1d00_7fff, 0x1d80_0000, 0x1dff_ffff, 0x2100_8000, 0xff12_3456]
            as [UInt32])
    func `bits that are not the one way to write a number are refused`(bits: UInt32) {
        #expect(Target(bits: bits) == nil)
    }
}
