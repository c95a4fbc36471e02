import Chain
import Sync
import Testing

@Suite("Block bursts")
struct BlockBurstTests {
    private func header(_ height: Int64, _ time: Int64) -> Header {
        let hash = Hash256(Array(repeating: UInt8(truncatingIfNeeded: height), count: 32))!
        return Header(reference: BlockReference(height: height, hash: hash), parent: hash, time: time, work: 1)
    }

    /// Blocks that are this far apart.
    private func blocks(_ gaps: [Int64], from height: Int64 = 100, at start: Int64 = 1_000_000) -> [Header] {
        var time = start
        return gaps.enumerated().map { place, gap in
            time += gap
            return header(height + Int64(place), time)
        }
    }

    @Test("Sixteen blocks in the time of four are a burst, a little slower is none")
    func pace() {
        var burst = BlockBurst(spacing: .seconds(600))
        #expect(burst.connect(blocks([0] + Array(repeating: 151, count: 40))) == nil)
        var faster = BlockBurst(spacing: .seconds(600))
        #expect(faster.connect(blocks([0] + Array(repeating: 150, count: 15))) == nil)
        let last = faster.connect([header(116, 1_000_000 + 16 * 150)])
        #expect(last == Int64(1_002_400))
    }

    @Test("Blocks that are offered again, or take the place of others, count once")
    func replaced() {
        var burst = BlockBurst(spacing: .seconds(600))
        for _ in 1...10 { #expect(burst.connect(blocks(Array(repeating: 1, count: 9))) == nil) }
        #expect(burst.connect(blocks(Array(repeating: 600, count: 7), from: 109)) == nil)
    }

    @Test("A false time does not make a burst of slow blocks")
    func falseTimes() {
        for offset: Int64 in [-7_200, 7_200] {
            for place in 0..<17 {
                var headers = blocks(Array(repeating: 600, count: 17))
                headers[place] = header(headers[place].height, headers[place].time + offset)
                var burst = BlockBurst(spacing: .seconds(600))
                #expect(burst.connect(headers) == nil)
            }
        }
    }
}
