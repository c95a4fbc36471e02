import Chain
import Sync
import TestSupport
import Testing

@Suite struct WatchIndexTests {
    private static let secret: (UInt64, UInt64) = (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210)

    private static func randomKeys(_ count: Int, seed: UInt64) -> [WatchKey] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let length = Int.random(in: 1...WatchKey.maximumLength, using: &random)
            // The first bytes make short keys differ too rarely to matter here.
            return WatchKey((0..<max(8, length)).map { _ in UInt8.random(in: 0...255, using: &random) })!
        }
    }

    @Test func everyInsertedKeyIsFoundAndOthersAreNot() {
        let keys = Self.randomKeys(100_000, seed: 1)
        var index = WatchIndex(secret: Self.secret)
        for key in keys { index.insert(key) }
        #expect(index.count == keys.count)
        #expect(keys.allSatisfy(index.mayContain))
        let inserted = Set(keys)
        let strangers = Self.randomKeys(200_000, seed: 2).filter { !inserted.contains($0) }
        #expect(strangers.count(where: index.mayContain) == 0)
    }

    @Test func growthKeepsEveryEntry() {
        var index = WatchIndex(secret: Self.secret)
        for number in 0..<5_000 {
            index.insert(.sample(number))
            if number.isMultiple(of: 97) { #expect((0...number).allSatisfy { index.mayContain(.sample($0)) }) }
        }
        index.reserveCapacity(50_000)
        #expect((0..<5_000).allSatisfy { index.mayContain(.sample($0)) })
        #expect(index.count == 5_000)
    }

    @Test func insertingTwiceCountsOnce() {
        var index = WatchIndex(secret: Self.secret)
        let answers = [index.insert(.sample(1)), index.insert(.sample(1))]
        #expect(answers == [true, false])
        #expect(index.count == 1)
    }

    @Test func keysThatDifferOnlyInTrailingZerosAreDifferent() {
        var index = WatchIndex(secret: Self.secret)
        index.insert(WatchKey([1, 2])!)
        #expect(!index.mayContain(WatchKey([1, 2, 0])!))
        #expect(!index.mayContain(WatchKey([1])!))
    }

    @Test func aBlocksHitsAreTheTransfersToWatchedKeysInOrder() {
        let header = ModelChain().tip
        let block = Block(header: header, transfers: (0..<1_000).map { .sample(to: .sample($0 / 2), index: $0) })
        var index = WatchIndex(secret: Self.secret)
        #expect(index.hits(in: block).isEmpty)
        for number in [3, 250, 499, 5_000] { index.insert(.sample(number)) }
        #expect(index.hits(in: block) == [6, 7, 500, 501, 998, 999])
        #expect(index.hits(in: Block(header: header, transfers: [])).isEmpty)
    }

    /// Pitfall: a negative cache. An address that was looked for before it was registered must be found afterwards.
    @Test func aKeyProbedBeforeItsRegistrationIsFoundAfterIt() {
        var index = WatchIndex(secret: Self.secret)
        index.insert(.sample(0))
        let block = Block(header: ModelChain().tip, transfers: [.sample(to: .sample(1), index: 0)])
        #expect(index.hits(in: block).isEmpty)
        index.insert(.sample(1))
        #expect(index.hits(in: block) == [0])
    }
}
