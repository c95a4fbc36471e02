import Chain

/// Too few nodes have a block of ours: who said what.
public struct Dissent: Hashable, Sendable, CustomStringConvertible {
    enum Word: Hashable, Sendable {
        case agrees
        /// It agrees, and is the same node as one that was counted already, by this name.
        case repeats(String)
        /// It has another block at that height.
        case differs(Hash256)
        /// It has it, and does not say yet that it is settled.
        case unsettled(FinalityTag)
        /// Its chain does not reach that far.
        case lacks
        case failed(String)
    }

    struct Opinion: Hashable, Sendable {
        let node: String
        let word: Word
    }

    let block: BlockReference
    let wanted: Int
    let words: [Opinion]

    /// Some node has another block in its place, and not merely no answer.
    var isContradiction: Bool {
        words.contains { if case .differs = $0.word { true } else { false } }
    }

    public var description: String {
        let said = words.map { opinion in
            switch opinion.word {
            case .agrees: "\(opinion.node) has it"
            case .repeats(let name): "\(opinion.node) is the same node as \(name)"
            case .differs(let hash): "\(opinion.node) has \(hash) there"
            case .unsettled(let tag): "\(opinion.node) does not call it \(tag.rawValue) yet"
            case .lacks: "\(opinion.node) does not reach that far"
            case .failed(let reason): "\(opinion.node) failed: \(reason)"
            }
        }
        return """
            \(words.agreeing) of \(wanted) nodes have block \(block): \(said.joined(separator: ", ")); deposits wait for more of \
            them to agree
            """
    }
}
