public import Chain
public import Foundation
public import Payments

/// Everything that one write of a network's lane changes. It is committed as a whole, or not at all.
public struct Step: Sendable {
    /// An option whose address is watched from this step on.
    public struct Watch: Sendable {
        public let owner: UUID
        public let ordinal: Int32
        public let key: WatchKey

        public init(owner: UUID, ordinal: Int32, key: WatchKey) {
            self.owner = owner
            self.ordinal = ordinal
            self.key = key
        }
    }

    public let network: String
    /// What the step was made on; the database refuses it when it is elsewhere.
    public let base: LaneSnapshot
    /// A block that must still be on our chain, because facts of the step come from blocks up to it.
    public var anchor: BlockReference?
    /// The block that all above it are disconnected to, before `headers` are connected; nil when none is.
    public private(set) var disconnectedTo: BlockReference?
    /// Blocks connected, oldest first.
    public var headers: [Header] = []
    /// How many headers are kept below the tip.
    public var headersKept: Int
    /// The heights at which the finality tags stand now; none is above the tip.
    public var finality: [FinalityTag: Int64]
    /// The best node's height, where it is news.
    public var headHeight: Int64?
    /// How long ago a synced node was asked and confirmed that our cursor is its tip; nil when none did.
    public var observedAgo: Duration?
    public var state: NetworkState
    public var stateReason: String?
    public var watches: [Watch] = []
    /// One for each owner at most, in any order.
    public var changes: [Changes] = []
    /// Transactions with deposits that are new, with what they spend.
    public var transactions: [Hash256: [Outpoint]] = [:]
    /// The command that is carried out here.
    public var command: Int64?
    /// Why it is not, if so.
    public var refusal: String?
    /// The command is an operator's word to take the network up again: what may be disconnected counts from here.
    public var isTakenUp = false

    /// The last block of our chain once the step is done.
    public var tip: BlockReference? { headers.last?.reference ?? disconnectedTo ?? base.tip }

    /// The lowest height that may be gone back to once the step is done. Only an operator's word lowers it, so that a
    /// chain that goes back in several pieces gets no deeper than one that goes back at once.
    public var floor: Int64? {
        guard let tip else { return nil }
        return max(isTakenUp ? 0 : base.floor ?? 0, tip.height - Int64(headersKept))
    }

    /// Whether there is nothing to write but that the state is still the same.
    public var isEmpty: Bool {
        headers.isEmpty && disconnectedTo == nil && headHeight == nil && observedAgo == nil && watches.isEmpty
            && changes.isEmpty && command == nil && finality == base.finality
    }

    /// What the step tells of the network itself: that blocks were disconnected, that it stopped, or goes on again.
    public var networkEvents: [Event] {
        var told: [NetworkEvent] = []
        if let disconnectedTo, let tip = base.tip { told.append(.reorganized(from: tip, to: disconnectedTo)) }
        switch (base.isHalted, state) {
        case (false, .halted): told.append(.halted(reason: stateReason ?? "unknown"))
        case (true, .syncing), (true, .following): told.append(.resumed)
        default: break
        }
        return told.enumerated().map { place, event in
            event.event(of: network, tip: tip, version: base.version + Int64(place) + 1)
        }
    }

    /// Where the network stands once the step is committed.
    public var after: LaneSnapshot {
        LaneSnapshot(
            epoch: base.epoch, step: base.step + 1, tip: tip, watchNumber: base.watchNumber + Int64(watches.count),
            policyNumber: base.policyNumber, isHalted: state == .halted,
            version: base.version + Int64(networkEvents.count), finality: finality, floor: floor)
    }

    /// Takes the blocks above `block` off our chain; finality tags that stood there stand at it.
    public mutating func disconnect(to block: BlockReference) {
        disconnectedTo = block
        finality = finality.mapValues { min($0, block.height) }
    }

    public init(network: String, base: LaneSnapshot, headersKept: Int, state: NetworkState) {
        self.network = network
        self.base = base
        self.headersKept = headersKept
        finality = base.finality
        self.state = state
    }
}

/// Everything that one write of the settlement lane changes: what time and operators decide.
public struct SettlementStep: Sendable {
    public let base: LaneSnapshot
    /// How far the networks were that the decisions rest on; the database refuses the step when one has stepped back.
    public var watermarks: [String: Watermark] = [:]
    public var changes: [Changes] = []
    /// The command that is carried out here.
    public var command: Int64?
    /// Why it is not, if so.
    public var refusal: InvoiceCommand.Refusal?

    public init(base: LaneSnapshot) {
        self.base = base
    }

    /// Whether there is nothing to write.
    public var isEmpty: Bool { changes.isEmpty && command == nil }

    /// Where the lane stands once the step is committed.
    public var after: LaneSnapshot {
        LaneSnapshot(epoch: base.epoch, step: base.step + 1, tip: nil, watchNumber: 0, policyNumber: 0)
    }
}

/// What became of a step that the database answered.
public enum StepOutcome: Hashable, Sendable {
    /// It is written; where the network stands now.
    case committed(LaneSnapshot)
    /// It was made on something that is no longer so: load again and decide again.
    case stale(reason: String)
    /// Another daemon holds the lane now: drop everything.
    case fenced
    /// The network is retired: it is followed no more.
    case retired
}
