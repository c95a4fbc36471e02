import Chain
import TestSupport
import Testing

@testable import Sync

@Suite struct HeaderWindowTests {
    private let chain = ModelChain(length: 200)

    private func window(depth: Int, _ heights: ClosedRange<Int>) -> HeaderWindow {
        var window = HeaderWindow(depth: depth)
        window.reset(to: heights.map(chain.header))
        return window
    }

    @Test func itStartsWithWhatMayBeDisconnectedAndItsAncestor() {
        let window = window(depth: 10, 0...100)
        #expect(window.tip == chain.header(100) && window.bottom == chain.header(90))
        #expect(window.lowest == chain.header(90))
        #expect(window[90] == chain.header(90) && window[89] == nil && window[101] == nil)
    }

    @Test func fewerHeadersThanItHoldsAreAll() {
        let window = window(depth: 10, 97...100)
        #expect(window.bottom == chain.header(97))
        #expect(window.work(above: 97) == 3)
    }

    @Test func anEmptyOneHasNothing() {
        let window = HeaderWindow(depth: 10)
        #expect(window.tip == nil && window.bottom == nil && window[0] == nil && window.work(above: 0) == 0)
        #expect(!window.contains(chain.reference(0)))
    }

    @Test(arguments: [0, 1, 10]) func itsBoundsHoldAfterAnyAppendsAndTruncations(depth: Int) {
        var random = SplitMix64(seed: UInt64(depth))
        var window = window(depth: depth, 0...100)
        var tip = 100
        for _ in 0..<2_000 {
            if random.chance(60), tip < 199 {
                let count = Int.random(in: 1...min(7, 199 - tip), using: &random)
                window.append((tip + 1...tip + count).map(chain.header))
                tip += count
            } else if let bottom = window.bottom {
                tip = Int.random(in: Int(bottom.height)...tip, using: &random)
                window.truncate(to: chain.reference(tip))
            }
            #expect(window.tip == chain.header(tip))
            guard let bottom = window.bottom, let lowest = window.lowest else {
                Issue.record("never empty")
                return
            }
            #expect(Int(bottom.height) >= tip - depth && lowest.height <= bottom.height)
            #expect(tip - Int(lowest.height) < 2 * (depth + 1), "bounded")
            #expect(window.contains(bottom.reference) && window[bottom.height] == bottom)
            #expect(window.work(above: bottom.height) == UInt128(tip) - UInt128(bottom.height))
        }
    }

    /// Depth counts from the highest block that was ever connected.
    @Test(arguments: [0, 1, 10]) func inPiecesItGoesBackNoFurtherThanAtOnce(depth: Int) {
        var random = SplitMix64(seed: UInt64(depth))
        var window = window(depth: depth, 0...100)
        var (tip, highest) = (100, 100)
        for _ in 0..<2_000 {
            if random.chance(55), tip < 199 {
                let count = Int.random(in: 1...min(4, 199 - tip), using: &random)
                window.append((tip + 1...tip + count).map(chain.header))
                tip += count
                highest = max(highest, tip)
            } else {
                tip = Int.random(in: max(highest - depth, tip - 3)...tip, using: &random)
                window.truncate(to: chain.reference(tip))
            }
            #expect(window.bottom == chain.header(highest - depth))
            #expect(window[Int64(highest - depth) - 1] == nil && !window.contains(chain.reference(highest - depth - 1)))
        }
    }

    /// As after a restart, with headers below it that are kept for a resynchronization.
    @Test func theFloorOutlivesIt() {
        var window = HeaderWindow(depth: 10)
        window.reset(to: (80...95).map(chain.header), floor: 92)
        #expect(window.tip == chain.header(95) && window.bottom == chain.header(92) && window[91] == nil)
        window.append([chain.header(96)])
        #expect(window.bottom == chain.header(92))
        window.append((97...103).map(chain.header))
        #expect(window.bottom == chain.header(93))
        window.truncate(to: chain.reference(93))
        #expect(window.bottom == chain.header(93))
        window.reset(to: (80...93).map(chain.header), floor: 83)
        #expect(window.bottom == chain.header(83), "an operator's word sets it anew")
    }

    @Test func aDeeperWindowReachesNoFurtherAtFirst() {
        var window = HeaderWindow(depth: 50)
        window.reset(to: (40...100).map(chain.header), floor: 90)
        #expect(window.bottom == chain.header(90))
        window.append((101...145).map(chain.header))
        #expect(window.bottom == chain.header(95))
    }

    @Test func onlyItsOwnBlocksAreContained() {
        let fork = ModelChain(forking: chain, above: 95, branch: 1, length: 5)
        let window = window(depth: 10, 0...100)
        #expect(window.contains(chain.reference(96)) && !window.contains(fork.reference(96)))
        for height in [Int64.min, -1, 0, .max] {
            #expect(window[height] == nil)
            #expect(!window.contains(BlockReference(height: height, hash: chain.reference(96).hash)))
        }
    }

    @Test func workIsSummedAboveAHeight() {
        let heavy = ModelChain(forking: chain, above: 95, branch: 1, length: 5, work: 7)
        var window = HeaderWindow(depth: 10)
        window.reset(to: heavy.window(100))
        #expect(window.work(above: 100) == 0 && window.work(above: 99) == 7 && window.work(above: 95) == 35)
        #expect(window.work(above: 92) == 38 && window.work(above: .max) == 0)
    }

    @Test func workThatDoesNotFitIsTheMostThatDoes() {
        let heavy = ModelChain(forking: chain, above: 95, branch: 1, length: 5, work: .max / 3)
        #expect(heavy.window(98).suffix(3).totalWork == UInt128.max / 3 * 3)
        #expect(heavy.window(99).suffix(4).totalWork == .max)
        #expect(heavy.window(100).totalWork == .max)
    }
}
