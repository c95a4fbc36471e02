import Chain
import Payments
import Store

/// The agreement of several nodes about the blocks of what is to be credited.
extension NetworkSession {
    /// Finds out how far enough nodes agree, where a decision depends on it: `decide` is tried as if they did.
    func findAgreement(_ decide: (inout Step) -> Void) async throws {
        agreed = nil
        guard let quorum = policy.quorum else { return }
        var trial = step()
        agreed = .max
        decide(&trial)
        agreed = nil
        let credited = trial.changes.flatMap(\.creditedBlocks)
        guard let highest = credited.max(by: { $0.height < $1.height }) else { return dissent = nil }
        agreementAsked = now
        // Who has this block has all before it.
        let words = await ask(about: highest)
        if words.count(where: { $0 == .agrees }) >= quorum.nodes {
            agreed = highest.height
            dissent = nil
        } else {
            dissent = Dissent(
                block: highest, wanted: quorum.nodes,
                words: zip(nodes, words).map { Dissent.Opinion(node: $0.name, word: $1) })
        }
    }

    /// What each node says of a block of ours, all asked at the same time.
    private func ask(about block: BlockReference) async -> [Dissent.Word] {
        await withTaskGroup(of: (Int, Dissent.Word).self) { group in
            for (place, node) in nodes.enumerated() {
                group.addTask {
                    do throws(NodeError) {
                        guard let header = try await node.header(at: block.height) else { return (place, .lacks) }
                        return (place, header.reference == block ? .agrees : .differs(header.hash))
                    } catch {
                        return (place, .failed(error.message))
                    }
                }
            }
            var words = Array(repeating: Dissent.Word.lacks, count: nodes.count)
            for await (place, word) in group { words[place] = word }
            return words
        }
    }
}
