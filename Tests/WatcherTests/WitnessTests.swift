import Chain
import Testing

@testable import Watcher

@Suite("Witnesses")
struct WitnessTests {
    @Test("A node that answers under two names has one word, also when that turns out while it is asked")
    func oneWord() async throws {
        let chains = ["a", "b", "c"].map { ModelChain(blocks: 3, time: 0, name: $0) }
        let witnesses = Witnesses(chains)
        let block = try #require(try await chains[0].header(at: 2)).reference
        #expect(await witnesses.opinions(on: block).agreeing == 3)

        for chain in chains[..<2] { chain.answers(from: NodePlace(host: "192.0.2.1")) }
        let opinions = await witnesses.opinions(on: block)
        #expect(opinions.agreeing == 2)
        #expect(opinions[1].word == .repeats("a"))
        let dissent = Dissent(block: block, wanted: 3, words: opinions)
        #expect(
            dissent.description.contains("2 of 3 nodes have block \(block): a has it, b is the same node as a, c has"))
        #expect(!dissent.isContradiction)

        // What does not agree takes no other's word away.
        chains[0].fail(with: NodeError(.unreachable, "gone"))
        #expect(await witnesses.opinions(on: block).map(\.word) == [.failed("gone"), .agrees, .agrees])
    }
}
