import BigInt
import Chain
import Foundation
import Payments
import Store
import TestSupport
import Testing

/// Whatever can be decided can be written, and read as it was.
@Suite("Round trips")
struct RoundTripTests {
    /// Amounts of any size up to the largest that a chain can carry.
    private static func amount(_ random: inout SplitMix64) -> UInt256 {
        switch UInt8.random(in: 0...4, using: &random) {
        case 0: UInt256(high: .max, low: .max)
        case 1: UInt256(high: .random(in: 0 ... .max, using: &random), low: .random(in: 0 ... .max, using: &random))
        case 2: UInt256(high: 0, low: .random(in: 1 ... .max, using: &random))
        default: UInt256(UInt64.random(in: 1 ... .max, using: &random))
        }
    }

    @Test(
        "Case marked 59: everything that can be decided about an invoice is read as it was written", arguments: 1...12)
    func invoice(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        // Dues that share no factor: the ratio over many of them has thousands of digits.
        let count = Int.random(in: 1...50, using: &random)
        let options = (0..<count).map { place in
            let whole = String((0..<51).map { _ in Character(String(UInt8.random(in: 1...9, using: &random))) })
            return #"{"asset":"LTC","address":"a\#(place)","amount":"\#(whole).0000\#(1000 + 2 * place + 1)"}"#
        }
        try await migrated.database.execute(
            """
            SELECT confirmd.create_invoice('shop', 'größe "\(seed)"', '[\(options.joined(separator: ","))]', '10 years')
            """)
        try await lane.register()
        let key = { (place: Int) in WatchKey(Array("a\(place)".utf8))! }
        let time = Int64.random(in: 0...4_000_000_000, using: &random)
        let block = BlockStamp(height: 1, hash: Hash256(7, 0, 0, 1), time: time)
        let arrivals = (0..<count).map { place in
            Arrival(
                Transfer(
                    transaction: Hash256(8, seed, .max, UInt64(place)), locator: .output(.max), recipient: key(place),
                    amount: Self.amount(&random), blockIndex: .max),
                of: lane.asset, in: block)
        }
        func dossier() async throws -> Dossier {
            try #require(try await migrated.store.dossiers(DossierQuery(keys: [key(0)], due: .everything)).first)
        }
        var step = lane.emptyStep
        step.headers = [
            Header(reference: block.reference, parent: Hash256(0, 0, 0, 0), time: time, work: 1)
        ]
        let facts = Facts(tip: 1, arrivals: arrivals)
        let changes = settle(try await dossier(), facts, lane.policy)
        step.changes = [changes]
        try await lane.take(step)
        let written = try await dossier()
        #expect(written.setAside == nil)
        #expect(written.invoice == changes.invoice)
        let mine = Dictionary(uniqueKeysWithValues: changes.deposits.map { ($0.id, $0) })
        #expect(written.deposits.count == count && written.deposits.allSatisfy { mine[$0.id] == $0 })

        // Marked at whatever ratio this is.
        let settlement = Store(migrated.connection, lane: Store.settlementLane)
        _ = try await settlement.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(600))
        try await migrated.database.execute("SELECT confirmd.mark_paid(id, 'by bank') FROM confirmd.invoice")
        let command = try #require(try await settlement.waitingCommands(limit: 1).first)
        let decision = settle(
            written,
            SettlementFacts(
                watermarks: [:], now: 0, command: InvoiceCommand(number: command.number, kind: .markPaid)))
        var marking = SettlementStep(base: try await settlement.snapshot())
        marking.changes = [decision.changes].filter { !$0.isEmpty }
        marking.command = command.number
        marking.refusal = decision.refusal
        guard case .committed = try await settlement.commit(marking) else {
            Issue.record("not committed")
            return
        }
        #expect(try await dossier().invoice == decision.changes.invoice)
        #expect(try await dossier().setAside == nil)
    }
}
