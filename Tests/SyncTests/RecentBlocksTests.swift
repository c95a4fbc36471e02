import Chain
import Sync
import Testing

@Suite struct RecentBlocksTests {
    @Test func theOldestMakeRoomByCount() {
        let chain = ModelChain(length: 20)
        var recent = RecentBlocks(blocksMaximum: 5, transfersMaximum: 1_000)
        for block in chain.blocks { recent.append(block) }
        #expect(recent.heights == 16...20)
        #expect(recent[16]?.reference == chain.reference(16))
        #expect(recent[15] == nil && recent[21] == nil && recent[-1] == nil)
    }

    @Test func theOldestMakeRoomByTransfers() {
        let chain = ModelChain(length: 20, transfersPerBlock: 10)
        var recent = RecentBlocks(blocksMaximum: 100, transfersMaximum: 35)
        for block in chain.blocks { recent.append(block) }
        #expect(recent.heights == 18...20)
        #expect(recent.transferCount == 30)
    }

    @Test func aBlockTooLargeForTheBoundLeavesNothingBehind() {
        var recent = RecentBlocks(blocksMaximum: 5, transfersMaximum: 3)
        for block in ModelChain(length: 2, transfersPerBlock: 4).blocks { recent.append(block) }
        #expect(recent.heights == nil && recent.transferCount == 0)
    }

    @Test func disconnectedBlocksAreForgotten() {
        let chain = ModelChain(length: 10, transfersPerBlock: 1)
        var recent = RecentBlocks(blocksMaximum: 100, transfersMaximum: 100)
        for block in chain.blocks { recent.append(block) }
        recent.truncate(above: 7)
        #expect(recent.heights == 0...7)
        let other = ModelChain(forking: chain, above: 7, branch: 1, length: 2)
        for block in other.blocks.suffix(2) { recent.append(block) }
        #expect(recent[8]?.reference == other.reference(8) && recent.heights == 0...9)
    }

    @Test func aBlockThatDoesNotFollowStartsTheCacheAnew() {
        let chain = ModelChain(length: 10)
        var recent = RecentBlocks(blocksMaximum: 100, transfersMaximum: 100)
        recent.append(chain.blocks[3])
        recent.append(chain.blocks[5])
        #expect(recent.heights == 5...5)
    }
}
