import Chain
import Foundation
import Payments
import Store

@testable import Simulation

/// A recording on both databases at once.
struct Replay {
    private let recording: Recording
    private let model: ModelTwin
    private var postgres: PostgresTwin
    private var random: SplitMix64
    private var position: Int64 = 0
    private var steps: [ModelDatabase.Request] = []

    init(_ recording: Recording, _ model: ModelTwin, _ postgres: PostgresTwin, seed: UInt64) {
        self.recording = recording
        self.model = model
        self.postgres = postgres
        random = SplitMix64(seed: seed, "replay")
    }

    /// The first thing in which they differ, in words; nil when there is none.
    mutating func firstDifference() async throws -> String? {
        for (place, (request, clock)) in recording.requests.enumerated() {
            model.setClock(clock)
            try await postgres.setClock(clock)
            for request in [disturbance(of: request), request].compactMap(\.self) {
                if let difference = try await difference(after: request, at: clock) {
                    return "request \(place), \(request.name): \(difference)"
                }
            }
            if request.isStep { steps.append(request) }
        }
        for name in recording.plan.networks.map(\.name) {
            let clock = recording.requests.last?.clock ?? 0
            if let difference = try await difference(on: name, at: clock) { return "in the end, \(difference)" }
        }
        return nil
    }

    /// Now and then, before a step: an earlier one once more, or the same on what is not so.
    private mutating func disturbance(of request: ModelDatabase.Request) -> ModelDatabase.Request? {
        guard request.isStep, random.chance(20) else { return nil }
        if random.chance(30), !steps.isEmpty { return random.pick(steps) }
        switch request {
        case .commit(let step, let lane): return .commit(step.disturbed(&random), lane: lane)
        default: return request
        }
    }

    private mutating func difference(
        after request: ModelDatabase.Request, at clock: Int64
    ) async throws -> String? {
        let expected = try await postgres.answer(request)
        let answer = model.answer(request)
        guard answer == expected else { return "the model answers \(answer), PostgreSQL \(expected)" }
        if request.isLease, !random.chance(5) { return nil }
        if let difference = Self.difference(model.books(), try await postgres.books()) { return difference }
        let events = (try model.outbox(after: position), try await postgres.outbox(after: position))
        guard events.0 == events.1 else { return "outbox: the model \(events.0), PostgreSQL \(events.1)" }
        position = events.0.last?.position ?? position
        if case .commit(_, let lane) = request, random.chance(35) { return try await difference(on: lane, at: clock) }
        return nil
    }

    private func difference(on network: String, at clock: Int64) async throws -> String? {
        let deposits = model.database.deposits.values.map(\.deposit)
        let ask = NetworkQuestions(
            owners: recording.plan.owners.map(\.id),
            keys: recording.plan.owners.flatMap(\.options).map { ModelAddresses.key($0.key) },
            outputs: deposits.compactMap(\.output), now: clock)
        return Self.difference(try model.network(network, ask), try await postgres.network(network, ask))
    }

    private static func difference(
        _ model: [String: AnyHashable], _ postgres: [String: AnyHashable]
    ) -> String? {
        for (name, told) in model.sorted(by: { $0.key < $1.key }) where told != postgres[name] {
            return "\(name): the model \(told), PostgreSQL \(postgres[name].map { "\($0)" } ?? "nothing")"
        }
        return nil
    }
}

extension ModelDatabase.Request {
    var isStep: Bool {
        switch self {
        case .commit, .settle: true
        default: false
        }
    }

    var isLease: Bool {
        switch self {
        case .acquire, .renew, .release: true
        default: false
        }
    }

    /// Which case it is.
    var name: String { String("\(self)".prefix { $0 != "(" }) }
}

extension Step {
    /// The same, made on something that is not so.
    fileprivate func disturbed(_ random: inout SplitMix64) -> Step {
        let change = random.int(0...5)
        let other = BlockReference(height: (base.tip?.height ?? 0) + 1, hash: Hash256(7, 7, 7, random.next()))
        var step = Step(
            network: network,
            base: LaneSnapshot(
                epoch: base.epoch + (change == 0 ? 1 : 0), step: base.step + (change == 1 ? 1 : 0),
                tip: change == 2 ? other : base.tip, watchNumber: base.watchNumber + (change == 3 ? 1 : 0),
                policyNumber: base.policyNumber + (change == 4 ? 1 : 0), isHalted: base.isHalted,
                version: base.version, finality: base.finality, floor: base.floor), headersKept: headersKept,
            state: state)
        step.anchor = change == 5 ? other : anchor
        return step
    }
}
