import Chain
import Foundation
import Testing

@testable import Payments

private let day: Int64 = 86_400
private let deadline: Int64 = 1_000_000

/// Every way in which a deposit may stand, and what it holds back.
@Suite("Pending and gone")
struct PendingTests {
    /// How a deposit that was seen just before the deadline stands.
    enum Standing: CaseIterable, Sendable {
        case detectedInBlock, creditedInBlock, finalInBlock, rejectedInBlock
        case sighted, sightedEvicted, sightedExpired, sightedReplaced, sightedDoubleSpent
        case orphaned, reversed, reversedFromFinal, orphanedFromRejected
        case disconnectedSighted, disconnectedEvicted, disconnectedReplaced, disconnectedDoubleSpent

        enum Wait { case none, always, forADay, untilFinal }

        /// Until when it is pending.
        var wait: Wait {
            switch self {
            case .creditedInBlock, .finalInBlock, .rejectedInBlock: .none
            case .sightedDoubleSpent, .disconnectedDoubleSpent: .none
            case .detectedInBlock: .always
            case .sighted, .sightedEvicted, .sightedExpired, .sightedReplaced: .forADay
            case .orphaned, .reversed, .reversedFromFinal: .untilFinal
            // Its option does not ask for it.
            case .orphanedFromRejected: .none
            case .disconnectedSighted, .disconnectedEvicted, .disconnectedReplaced: .untilFinal
            }
        }
    }

    private static let seen = deadline - 10
    private static let token = Asset(
        code: "TOKEN", contract: WatchKey([9]), decimals: 6, minimumDeposit: .zero, transferFee: .zero)
    /// Confirmations for `final`.
    private static let final: Int64 = 5

    private func scenario(_ standing: Standing) -> Scenario {
        let isBelow = [.detectedInBlock, .orphaned, .disconnectedSighted, .disconnectedEvicted].contains(standing)
        var scenario = Scenario.invoice(credit: isBelow ? 3 : 1, final: Int32(Self.final))
        scenario.register()
        let isUnexpected = standing == .rejectedInBlock || standing == .orphanedFromRejected
        let asset = isUnexpected ? Self.token : Scenario.litecoin
        let mined = scenario.arrival(1000, time: Self.seen, asset: asset)
        let sighted = scenario.sighting(1000, time: Self.seen)
        switch standing {
        case .detectedInBlock, .creditedInBlock, .rejectedInBlock: scenario.step([mined])
        case .finalInBlock:
            scenario.step([mined])
            scenario.mine(Self.final - 1)
        case .sighted: scenario.step([sighted])
        case .sightedEvicted:
            scenario.step([sighted])
            scenario.forget(1, at: Self.seen + 100)
        case .sightedExpired:
            scenario.step([sighted])
            scenario.lose(1, .forgotten(at: Self.seen + 100, expiry: 100))
        case .sightedReplaced:
            scenario.step([sighted])
            scenario.lose(1, .replaced)
        case .sightedDoubleSpent:
            scenario.step([sighted])
            scenario.lose(1, .doubleSpent)
        case .orphaned, .reversed, .orphanedFromRejected:
            scenario.step([mined])
            scenario.disconnect(1)
        case .reversedFromFinal:
            scenario.step([mined])
            scenario.mine(Self.final - 1)
            scenario.disconnect(Self.final)
        case .disconnectedSighted, .disconnectedEvicted, .disconnectedReplaced, .disconnectedDoubleSpent:
            scenario.step([mined])
            scenario.disconnect(1)
            scenario.step([sighted])
            if standing == .disconnectedEvicted { scenario.forget(1, at: Self.seen + 100) }
            if standing == .disconnectedReplaced { scenario.lose(1, .replaced) }
            if standing == .disconnectedDoubleSpent { scenario.lose(1, .doubleSpent) }
        }
        return scenario
    }

    @Test("A deposit is pending exactly as long as its standing says", arguments: Standing.allCases)
    func pending(standing: Standing) {
        let scenario = scenario(standing)
        #expect(scenario.dossier.deposits.count == 1)
        // Time, blocks, and both.
        for age in [0, day, day + 1, 100 * day] {
            for blocks in [0, Self.final - 1, Self.final, 1_000] {
                var later = scenario
                // The block at the disconnecting height is the first one of these.
                later.mine(blocks)
                later.settle(now: Self.seen + age, watermarks: [:])
                let isPending =
                    switch standing.wait {
                    case .none: false
                    // In time it is credited.
                    case .always: blocks == 0
                    case .forADay: age <= day
                    case .untilFinal: blocks < Self.final
                    }
                #expect(later.isPending == isPending, "\(age) s, \(blocks) blocks")
            }
        }
    }

    @Test("An invoice expires exactly when nothing in time is pending", arguments: Standing.allCases)
    func expiry(standing: Standing) {
        for age in [day, day + 1] {
            for blocks in [0, Self.final - 1, Self.final] {
                var scenario = scenario(standing)
                scenario.mine(blocks)
                scenario.settle(now: Self.seen + age, watermarks: ["litecoin": .seen(deadline + 61)])
                let isPending = scenario.isPending
                #expect(scenario.dossier.invoice?.isExpired == !isPending, "\(age) s, \(blocks) blocks")
                let isPaid = scenario.dossier.deposits[0].isCredited
                #expect(scenario.status == (isPaid ? .paid : isPending ? .created : .canceled))
            }
        }
    }

    @Test("A cancel is refused exactly while something is pending", arguments: Standing.allCases)
    func cancel(standing: Standing) {
        let scenario = scenario(standing)
        let expected: InvoiceCommand.Refusal? =
            scenario.isPending ? .depositPending : scenario.status == .paid ? .notCreated : nil
        #expect(scenario.refusal(of: .cancel) == expected)
    }

    @Test("What was seen late holds nothing back, but a cancel")
    func late() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([scenario.sighting(1000, time: deadline + 1)])
        #expect(scenario.refusal(of: .cancel) == .depositPending)
        scenario.pass(deadline)
        #expect(scenario.status == .canceled)
    }

    @Test("A sighting given up holds nothing back when it is seen again, and pays when it is mined")
    func givenUp() {
        var scenario = scenario(.sightedEvicted)
        scenario.settle(now: deadline + 2 * day, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(scenario.status == .canceled)
        scenario.step([scenario.sighting(1000, time: deadline + 2 * day)])
        #expect(scenario.status == .canceled && !scenario.isPending)
        // Its sighting is too old to count, but its block may say that it was in time.
        scenario.step([scenario.arrival(1000, time: deadline)])
        #expect(scenario.status == .paid)
    }

    @Test("A payment in time that is seen after the expiry opens the invoice, and given up closes it again")
    func openedAndClosed() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([scenario.sighting(5, transaction: 1, time: deadline)])
        scenario.lose(1, .doubleSpent)
        scenario.pass(deadline)
        #expect(scenario.status == .canceled)
        // It pays the same owner instead of what was seen in time, so that it was seen then, too.
        scenario.step([scenario.sighting(1000, transaction: 2, time: deadline + 500, rivals: [1])])
        #expect(scenario.status == .created)
        let changes = scenario.settle(now: deadline + 2 * day, watermarks: [:])
        #expect(scenario.status == .canceled)
        let cause = changes.payload(.invoiceStatusChanged)["cause"] as? String
        #expect(cause == "deposit:\(scenario.dossier.deposits[1].id.uuidString.lowercased())")
    }

    @Test("A payment on another network that does not come back after a reorganization holds nothing back")
    func wrongNetwork() {
        let coin = Asset(code: "SIBLING", contract: nil, decimals: 18, minimumDeposit: .zero, transferFee: .zero)
        for isRetired in [false, true] {
            var scenario = Scenario.invoice()
            scenario.register()
            let here = scenario.policy
            scenario.policy = Policy(network: "sibling", number: 1, thresholds: here.thresholds, assets: [coin])
            scenario.step([scenario.arrival(1000, time: Self.seen, asset: coin)])
            #expect(scenario.dossier.deposits[0].reason == "wrong_network")
            scenario.disconnect(1)
            #expect(scenario.dossier.deposits[0].status == .orphaned && !scenario.isPending)
            #expect(scenario.refusal(of: .cancel) == nil)
            if isRetired { scenario.retire("sibling") }
            scenario.settle(now: deadline + 100, watermarks: ["litecoin": .seen(deadline + 61)])
            #expect(scenario.dossier.invoice?.isExpired == true && scenario.status == .canceled)
        }
    }

    @Test("An asset that nobody asked for holds nothing back, until an option asks for it")
    func unexpectedAsset() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([scenario.sighting(1000, time: Self.seen, asset: Self.token)])
        #expect(!scenario.isPending && scenario.refusal(of: .cancel) == nil)
        scenario.add(Self.token)
        scenario.register()
        #expect(scenario.isPending && scenario.refusal(of: .cancel) == .depositPending)
    }

    @Test("Retirement is asked of the network that a deposit is on, not of another that its invoice accepts")
    func retiredElsewhere() {
        for standing in [Standing.sighted, .orphaned, .reversed] {
            var scenario = scenario(standing)
            scenario.retire("elsewhere")
            #expect(scenario.isPending)
            scenario.retire("litecoin")
            #expect(!scenario.isPending)
        }
    }

    @Test("Nothing is waited for on a retired network")
    func retired() {
        for standing in [Standing.sighted, .orphaned, .reversed] {
            var scenario = scenario(standing)
            scenario.settle(now: deadline + 100, observedThrough: nil, isRetired: true)
            #expect(scenario.status == .canceled)
        }
    }
}
