internal import Chain

/// Finds where a node's chain leaves ours, and weighs its branch against ours. The node is asked for what follows headers
/// of ours, each time twice as far back, until it has one; from there its answers are walked forward.
///
///     looking back --has it--> walking forward --more work than ours--> stronger
///          |                          +---------------the end---------> weaker
///          |                          +--it has our tip, not its own--> moved
///          +-----bottom of the window, and it does not have it--------> too deep
struct ForkSearch: Sendable {
    enum Outcome: Sendable {
        /// Its branch after this block of ours has more work than ours.
        case stronger(after: BlockReference, branch: [Header])
        /// It has not. What the node has shown counts, also where its tip is said to be higher.
        case weaker(after: BlockReference, branch: [Header])
        /// It does not have any header of the window.
        case tooDeep
        /// Its tip is on our chain, or below all that is known of ours: it has nothing against our tip.
        case lagging
        /// Its chain is another one by now than when it gave its tip.
        case moved
    }

    /// Whose chain it is, and the tip that it is searched for.
    let node: Int
    let tip: BlockReference
    /// The question that is to be answered.
    private(set) var question: BlockReference?
    private(set) var outcome: Outcome?
    private let window: HeaderWindow
    private var step: Int64 = 1
    /// The last block of ours that the node has, as far as is known.
    private var ancestor: BlockReference?
    private var branch: [Header] = []
    private let branchMaximum: Int

    /// Whether the node has given headers that are not ours.
    var hasBranch: Bool { !branch.isEmpty }

    /// - Parameter headersMaximum: headers in one answer.
    init(node: Int, tip: Header, window: HeaderWindow, headersMaximum: Int) {
        self.node = node
        self.tip = tip.reference
        self.window = window
        let ours = window.tip?.height ?? 0
        branchMaximum = 4 * (headersMaximum + Int(clamping: ours - (window.bottom?.height ?? 0)))
        if window.contains(tip.reference) || tip.height < window.bottom?.height ?? 0 {
            outcome = .lagging
        } else {
            ask(at: min(ours, tip.height) - 1)
        }
    }

    private mutating func ask(at height: Int64) {
        guard let bottom = window.bottom else { return outcome = .tooDeep }
        question = window[max(height, bottom.height)]?.reference ?? bottom.reference
    }

    /// Takes in the answer to `question`; nil says that the node does not have that block.
    mutating func take(_ headers: [Header]?) throws(NodeError) {
        guard let after = question else { return }
        question = nil
        guard let headers else { return lookFurther(back: after) }
        try headers.requireLinked(to: after)
        if ancestor == nil { ancestor = after }
        for header in headers {
            if header.height == tip.height, header.reference != tip { return outcome = .moved }
            if branch.isEmpty, window.contains(header.reference) {
                ancestor = header.reference
            } else {
                branch.append(header)
            }
        }
        weigh(isEnd: headers.isEmpty)
    }

    private mutating func lookFurther(back after: BlockReference) {
        if ancestor != nil { return outcome = .moved }
        guard let bottom = window.bottom, after.height > bottom.height else { return outcome = .tooDeep }
        step *= 2
        ask(at: after.height - step)
    }

    private mutating func weigh(isEnd: Bool) {
        guard let ancestor else { return }
        if ancestor == window.tip?.reference { return outcome = .moved }
        let end = branch.last?.reference ?? ancestor
        if branch.totalWork > window.work(above: ancestor.height) {
            outcome = .stronger(after: ancestor, branch: branch)
        } else if isEnd, branch.isEmpty, end.height < tip.height {
            outcome = .moved
        } else if isEnd || end == tip || branch.count > branchMaximum {
            outcome = .weaker(after: ancestor, branch: branch)
        } else {
            question = end
        }
    }
}
