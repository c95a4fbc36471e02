import Chain
import Sync
import TestSupport
import Testing

@Suite("Blocks that were read once")
struct ReadBlocksTests {
    private func memory(bytesMaximum: Int = 1 << 20) -> ReadBlocks {
        ReadBlocks(secret: (1, 2), bytesMaximum: bytesMaximum)
    }

    @Test("A remembered block says for certain whom it does not pay, and never that it does not pay whom it does")
    func recipients() {
        let chain = ModelChain(length: 20, transfersPerBlock: 10)
        var memory = memory()
        for block in chain.blocks.dropLast() { memory.remember(block) }
        let (paid, others) = (
            memory.fingerprints(of: [.sample(3), .sample(99)]), memory.fingerprints(of: [.sample(99)])
        )
        for block in chain.blocks.dropLast() {
            #expect(memory.mayPay(paid, in: block.header.hash) == true)
            #expect(memory.mayPay(others, in: block.header.hash) == false)
            #expect(memory.header(block.header.hash) == block.header)
        }
        #expect(memory.mayPay(paid, in: chain.tip.hash) == nil && memory.header(chain.tip.hash) == nil)
    }

    @Test("Blocks of two branches are remembered beside each other; the same block twice is held once")
    func branches() {
        let chain = ModelChain(length: 10, transfersPerBlock: 1)
        let fork = ModelChain(forking: chain, above: 7, branch: 1, length: 2)
        var memory = memory()
        for block in chain.blocks + fork.blocks { memory.remember(block) }
        #expect(memory.count == 13)
        let keys = memory.fingerprints(of: [.sample(0)])
        #expect(memory.mayPay(keys, in: chain.reference(8).hash) == true)
        #expect(memory.mayPay(keys, in: fork.reference(8).hash) == false)
    }

    @Test("It is bounded, and the lowest blocks make room", arguments: [2_000, 20_000])
    func bounds(bytesMaximum: Int) {
        var random = SplitMix64(seed: UInt64(bytesMaximum))
        let chain = ModelChain(length: 400, transfersPerBlock: 5)
        var memory = memory(bytesMaximum: bytesMaximum)
        var highest = 0
        for _ in 0..<2_000 {
            let height = Int.random(in: 0...400, using: &random)
            memory.remember(chain.blocks[height])
            #expect(memory.bytes <= bytesMaximum)
            highest = max(highest, height)
            #expect(memory.header(chain.reference(highest).hash) != nil)
        }
        let held = chain.blocks.indices.filter { memory.header(chain.reference($0).hash) != nil }
        #expect(held.count == memory.count && held.count > bytesMaximum / 400)
    }

    @Test("A block too large for the bound leaves nothing behind")
    func tooLarge() {
        var memory = memory(bytesMaximum: 250)
        for block in ModelChain(length: 2, transfersPerBlock: 20).blocks { memory.remember(block) }
        #expect(memory.count == 0 && memory.bytes == 0)
    }
}
