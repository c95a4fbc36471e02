import Chain
import Foundation
import Payments

// The small groups of `confirmd.commit_step`: a JSON object each, whose keys are what it reads.

/// What a step was made on.
struct StepBase: Encodable {
    struct Watermark: Encodable {
        let observed: Int64?
        let final: Int64?
    }

    let epoch: Int64
    let step: Int64
    var network: String?
    var tip: String?
    var watch_number: Int64?
    var policy_number: Int64?
    var anchor_height: Int64?
    var anchor_hash: String?
    var watermarks: [String: Watermark]?

    init(_ step: Step, network: String) {
        epoch = step.base.epoch
        self.step = step.base.step
        self.network = network
        tip = (step.base.tip?.hash.bytes).map(Hex.encode)
        watch_number = step.base.watchNumber
        policy_number = step.base.policyNumber
        anchor_height = step.anchor?.height
        anchor_hash = (step.anchor?.hash.bytes).map(Hex.encode)
    }

    init(_ step: SettlementStep) {
        epoch = step.base.epoch
        self.step = step.base.step
        watermarks = step.watermarks.filter { !$0.value.isRetired }
            .mapValues { Watermark(observed: $0.observedThrough, final: $0.finalThrough) }
    }
}

/// Where a network is once the step is done.
struct StepCursor: Encodable {
    struct Block: Encodable {
        let height: Int64
        let hash: String
        let parent: String
        let time: Int64
        let work: String

        init(_ header: Header) {
            height = header.height
            hash = Hex.encode(header.hash.bytes)
            parent = Hex.encode(header.parent.bytes)
            time = header.time
            work = String(header.work)
        }
    }

    let keep_headers: Int
    let head_height: Int64?
    let observed_ago: Int64?
    let state: String
    let state_reason: String?
    let finality: [String: Int64]
    let disconnect_height: Int64?
    let headers: [Block]?

    init(_ step: Step) {
        keep_headers = step.headersKept
        head_height = step.headHeight
        observed_ago = step.observedAgo?.milliseconds
        state = step.state.rawValue
        state_reason = step.stateReason
        finality = Dictionary(uniqueKeysWithValues: step.finality.map { ($0.key.rawValue, $0.value) })
        disconnect_height = step.disconnectedTo?.height
        headers = step.headers.isEmpty ? nil : step.headers.map(Block.init)
    }
}

/// Options that are watched from this step on, and those whose registration ends.
struct StepOptions: Encodable {
    struct Watch: Encodable {
        let owner: UUID
        let ordinal: Int32
        let key: String
    }

    struct End: Encodable {
        let owner: UUID
        let ordinal: Int32
        let refused: String?
    }

    let watches: [Watch]?
    let registrations: [End]?

    /// Nil when there are none.
    init?(watches: [Step.Watch], changes: [Changes]) {
        let ends = changes.flatMap { change in
            change.registrations.map { End(owner: change.owner.id, ordinal: $0.ordinal, refused: $0.refusal) }
        }
        if watches.isEmpty, ends.isEmpty { return nil }
        let watched = watches.map { Watch(owner: $0.owner, ordinal: $0.ordinal, key: Hex.encode($0.key.bytes)) }
        self.watches = watched.isEmpty ? nil : watched
        registrations = ends.isEmpty ? nil : ends
    }
}

/// What a step adds to a balance, in base units.
struct StepBalance: Encodable {
    let project: String
    let asset: String
    let credited: String
    let final: String
    let fees: String

    static func all(_ changes: [Changes]) -> [StepBalance] {
        BalanceChange.total(changes.flatMap(\.balances)).map {
            StepBalance(
                project: $0.project, asset: $0.asset, credited: $0.credited.description, final: $0.final.description,
                fees: $0.fees.description)
        }
    }
}

/// The operator's command that a step carries out, or refuses.
struct StepCommand: Encodable {
    let number: Int64
    let refusal: String?

    init?(_ number: Int64?, _ refusal: String?) {
        guard let number else { return nil }
        self.number = number
        self.refusal = refusal
    }
}
