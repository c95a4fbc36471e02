import Chain
import Foundation
import Payments
import Testing
import Watcher

@testable import Daemon

/// What other thresholds would mean, out of made-up dossiers.
@Suite struct PolicyTrialTests {
    private static let key = WatchKey([1])!
    private static let tip: Int64 = 100

    private static func deposit(
        _ number: UInt64, _ standing: Deposit.Standing, confirmations: Int64, gross: String = "1",
        required: Thresholds = Thresholds(credit: 6, final: 12)
    ) throws -> Deposit {
        let amount = try #require(Amount(gross, decimals: 8))
        let block =
            confirmations == 0
            ? nil : BlockStamp(height: tip - confirmations + 1, hash: Hash256(0, 0, 0, number), time: 0)
        return try Deposit(
            id: UUID(), network: "litecoin", asset: "LTC", decimals: 8, ordinal: 0,
            transaction: Hash256(1, 0, 0, number), locator: "vout:0", key: key, gross: amount, maturity: 0,
            standing: standing, place: block.map { .mined($0, index: 0) } ?? .unmined(isGone: false), late: false,
            seenAt: 0, required: required, fee: standing == .credited ? .zero : nil,
            credits: standing == .credited ? 1 : 0)
    }

    private static func wallet(_ reference: String, _ deposits: [Deposit]) -> Dossier {
        let option = PaymentOption(
            ordinal: 0, network: "litecoin", asset: "LTC", decimals: 8, address: "ltc1q", key: key, amount: nil,
            due: nil, minimumDeposit: .zero, fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)),
            isRegistered: true, refusedReason: nil)
        return Dossier(
            owner: Owner(id: UUID(), kind: .wallet, project: "shop", reference: reference), version: 1, refused: false,
            registrations: 1, invoice: nil, options: [option], deposits: deposits)
    }

    private static func trial(
        _ dossiers: [Dossier], credit: Int32, final: Int32, minimum: String = "0", quorum: Quorum? = nil,
        _ agreement: Agreement = Agreement()
    ) throws -> PolicyTrial {
        let asset = Asset(
            code: "LTC", contract: nil, decimals: 8, minimumDeposit: try #require(Amount(minimum, decimals: 8)),
            transferFee: .zero)
        let policy = Policy(
            network: "litecoin", number: 2, thresholds: Thresholds(credit: credit, final: final), quorum: quorum,
            assets: [asset])
        return PolicyTrial(
            PolicyDecision(dossiers, reach: Reach(tip: tip), under: policy, assets: [asset]), agreement)
    }

    @Test func theSamePolicyChangesNothing() throws {
        let dossiers = [
            Self.wallet(
                "a",
                [try Self.deposit(1, .detected, confirmations: 2), try Self.deposit(2, .credited, confirmations: 7)])
        ]
        #expect(try Self.trial(dossiers, credit: 6, final: 12).effects.isEmpty)
    }

    @Test(
        arguments: [
            (3, 12, "credited 3 blocks earlier", "earlier"), (6, 11, "final 1 block earlier", "earlier"),
            (7, 13, "credited 1 block later, final 1 block later", "later"),
            (5, 14, "credited 1 block earlier, final 2 blocks later", "mixed"),
            (2, 12, "credited at once", "credited"), (1, 2, "credited and final at once", "final"),
        ] as [(Int32, Int32, String, String)])
    func aDepositThatWaitsMovesWithItsThresholds(
        _ credit: Int32, _ final: Int32, _ words: String, _ effect: String
    ) throws {
        let dossiers = [Self.wallet("a", [try Self.deposit(1, .detected, confirmations: 2)])]
        let found = try #require(try Self.trial(dossiers, credit: credit, final: final).effects.first)
        #expect(found.words == words && found.effect.rawValue == effect && found.confirmations == 2)
    }

    @Test func whatIsCreditedStaysSoAndOnlyItsFinalityMoves() throws {
        let dossiers = [Self.wallet("a", [try Self.deposit(1, .credited, confirmations: 7)])]
        #expect(try Self.trial(dossiers, credit: 9, final: 12).effects.isEmpty)
        #expect(try Self.trial(dossiers, credit: 9, final: 14).effects.map(\.words) == ["final 2 blocks later"])
        #expect(try Self.trial(dossiers, credit: 6, final: 7).effects.map(\.words) == ["final at once"])
    }

    @Test func whatTooFewNodesHaveIsHeld() throws {
        let dossiers = [
            Self.wallet(
                "a",
                [try Self.deposit(1, .detected, confirmations: 3), try Self.deposit(2, .credited, confirmations: 7)])
        ]
        func words(_ agreement: Agreement) throws -> [String] {
            try Self.trial(dossiers, credit: 2, final: 7, quorum: Quorum(nodes: 2), agreement).effects.map(\.words)
        }
        // What is credited already becomes final on nobody's word.
        #expect(try words(Agreement()) == ["final at once", "credited once enough nodes have its block"])
        #expect(try words(.everyone) == ["credited at once", "final at once"])
        // What would wait anyway waits for blocks.
        let young = [Self.wallet("a", [try Self.deposit(1, .detected, confirmations: 1)])]
        let effects = try Self.trial(young, credit: 2, final: 12, quorum: Quorum(nodes: 2)).effects
        #expect(effects.map(\.words) == ["credited 4 blocks earlier"])
    }

    @Test func theFilesOwnMinimumDecides() throws {
        let dossiers = [Self.wallet("a", [try Self.deposit(1, .detected, confirmations: 2)])]
        let found = try Self.trial(dossiers, credit: 2, final: 12, minimum: "1.5").effects
        #expect(found.map(\.words) == ["rejected at once (below_minimum)"])
    }

    @Test func theLargestComeFirstAndAreSummedUpByAsset() throws {
        let dossiers = [
            Self.wallet("small", [try Self.deposit(1, .detected, confirmations: 2, gross: "0.5")]),
            Self.wallet("large", [try Self.deposit(2, .detected, confirmations: 2, gross: "10")]),
            Self.wallet("young", [try Self.deposit(3, .detected, confirmations: 0, gross: "20")]),
        ]
        let trial = try Self.trial(dossiers, credit: 2, final: 12)
        #expect(trial.effects.map(\.reference) == ["large", "small", "young"])
        #expect(trial.totals.map(\.amount) == ["10.5", "20"])
        #expect(trial.totals.map(\.deposits) == [2, 1])
        #expect(trial.totals.map(\.effect) == [.credited, .earlier])
    }
}
