import Foundation
import Synchronization
import TestSupport
import Testing

/// A daemon that is killed again and again, beside one that is left alone, on the same node and with the same shop.
@Suite("Kills", .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct KillTests {
    private static let kills = 50
    private static let final = 4

    @Test("Pitfalls 7, 12 and 20: fifty times kill -9 in a busy run; the books are those of a daemon left alone")
    func fifty() async throws {
        let seed = Seed.chosen ?? 20
        let node = try await Litecoind(blocks: 125)
        // Only what lingers takes so long.
        let server = try await PrivatePostgres(settings: "log_min_duration_statement = 100\n")
        let network = NetworkFile.litecoin([node], final: Self.final, settings: "mempool: { interval: 1s }")
        let killed = try await Shop(on: node, server: server, network: network, terms: "--service-fee", "1%")
        let calm = try await Shop(on: node, server: server, network: network, terms: "--service-fee", "1%")
        try await slowDown(killed)
        var traffic = try await Traffic(on: node, shops: [killed, calm], seed: seed)
        let undisturbed = try calm.installation.start()
        try await undisturbed.ready()

        let isOver = Mutex(false)
        async let last = kill(killed, seed: seed, isOver)
        while !isOver.withLock(\.self) {
            if try await node.height < 400 { try await traffic.step() } else { try await Task.sleep(for: .seconds(1)) }
        }
        let survivor = try await last
        try await traffic.comeToRest(final: Self.final)
        try await survivor.ready(within: .seconds(60))
        for shop in [killed, calm] {
            try await shop.cursorReachesTip()
            try await shop.areRegistered()
            try await eventually("every command is decided") {
                try await shop.database.value(
                    "SELECT count(*) FROM confirmd.operator_command WHERE outcome IS NULL") == "0"
            }
        }
        try await killed.terminate(survivor)
        try await calm.terminate(undisturbed)
        try await killed.proveBooks()
        try await calm.proveBooks()
        try await compare(killed, calm)

        let deposits = try await calm.database.value("SELECT count(*) FROM confirmd.deposit") ?? ""
        print(
            """
            \(Self.kills) kills, seed \(seed): \(interruptedCommits(in: server.log, of: killed)) in the middle of a commit; \
            height \(try await node.height), \(traffic.invoices) invoices, \(deposits) deposits
            """)
    }

    /// How many sessions of the shop's database found their client gone when they had committed a step.
    private func interruptedCommits(in log: String, of shop: Shop) -> Int {
        var isCommit: [Substring: Bool] = [:]
        var count = 0
        for line in log.split(separator: "\n") {
            guard let (_, session) = line.firstMatch(of: /(\[\d+\])\s/)?.output,
                line.contains(" \(shop.database.name) ")
            else { continue }
            if line.contains("connection to client lost"), isCommit[session] == true { count += 1 }
            if line.contains("duration:") { isCommit[session] = line.contains("commit_step") }
        }
        return count
    }

    /// Makes every write of events take long enough to be hit by a kill now and then.
    private func slowDown(_ shop: Shop) async throws {
        try await shop.database.execute(
            """
            CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
            CREATE TRIGGER linger AFTER INSERT ON confirmd.outbox FOR EACH STATEMENT EXECUTE FUNCTION linger();
            """)
    }

    /// Starts and kills the daemon, and returns one that lives.
    private func kill(_ shop: Shop, seed: UInt64, _ isOver: borrowing Mutex<Bool>) async throws -> Daemon {
        defer { isOver.withLock { $0 = true } }
        var dice = SplitMix64(seed: ~seed)
        for _ in 1...Self.kills {
            let daemon = try shop.installation.start()
            // Some die before they have begun, most in the middle of their work.
            if dice.number(below: 5) > 0 { try await daemon.logs("loaded", within: .seconds(60)) }
            if dice.number(below: 2) > 0 {
                try await Task.sleep(for: .milliseconds(dice.number(below: 900)))
            } else {
                try? await eventually("a commit is under way", within: .milliseconds(400)) {
                    try await isCommitting(shop)
                }
            }
            try await daemon.kill()
            // Ten seconds of lease have passed: the dead one writes nothing more.
            try await shop.database.execute("UPDATE confirmd_data.lane SET held_until = clock_timestamp()")
        }
        try await shop.database.execute("DROP TRIGGER linger ON confirmd.outbox")
        return try shop.installation.start()
    }

    private func isCommitting(_ shop: Shop) async throws -> Bool {
        try await shop.database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")
            != "0"
    }

    // MARK: The oracle

    private struct Fact: Decodable, Hashable {
        let id: String
        let type: String
        let depositId: String?
        let block: String?
        let net: Int64?
    }

    private func compare(_ killed: Shop, _ calm: Shop) async throws {
        for query in [
            """
            SELECT id, status, reason, late, gross, fee, net, block_hash FROM confirmd.deposit
            WHERE block_hash IS NOT NULL ORDER BY id
            """,
            "SELECT order_id, status, reason, is_final FROM confirmd.invoice ORDER BY order_id",
            "SELECT project, asset, credited, final, fees FROM confirmd.balance ORDER BY 1, 2",
            "SELECT number, kind, outcome, detail FROM confirmd.operator_command ORDER BY number",
            """
            SELECT account, asset, sum(amount) FROM (
                SELECT debit_account AS account, asset, -amount_base AS amount FROM confirmd.ledger_entry
                UNION ALL SELECT credit_account, asset, amount_base FROM confirmd.ledger_entry) e
            GROUP BY 1, 2 ORDER BY 1, 2
            """,
        ] {
            let rows = try await (killed.database.rows(query), calm.database.rows(query))
            #expect(!rows.0.isEmpty)
            #expect(rows.0 == rows.1, "\(query)")
        }
        // A reorganization may put a payment out of the mempool for good that only one of them had time to see.
        for shop in [killed, calm] {
            try await eventually("what is in no block is known to be in no mempool either") {
                try await shop.database.value(
                    "SELECT count(*) FROM confirmd.deposit WHERE block_hash IS NULL AND status = 'detected'") == "0"
            }
            let unmined = try await shop.database.rows(
                "SELECT DISTINCT status FROM confirmd.deposit WHERE block_hash IS NULL")
            #expect(unmined.allSatisfy { ["dropped", "orphaned", "reversed"].contains($0[0]) }, "\(unmined)")
        }
        let facts = try await (facts(of: killed), facts(of: calm))
        let chain = Set(
            try await calm.database.rows("SELECT encode(hash, 'hex') FROM confirmd_data.header").compactMap { $0[0] })
        for (ours, theirs) in [(facts.0, facts.1), (facts.1, facts.0)] {
            let extra = ours.subtracting(theirs)
            // What is so on the chain that remained was told by both, under the same id.
            let odd = extra.filter { fact in fact.block.map(chain.contains) == true || fact.type.hasSuffix("registered")
            }
            #expect(odd.isEmpty)
            // The rest was taken back by the one that told it: what was credited in other blocks is no more.
            for (deposit, facts) in Dictionary(grouping: extra, by: \.depositId) {
                let credited = facts.filter { $0.type == "deposit.credited" }.compactMap(\.net)
                let reversed = facts.filter { $0.type == "deposit.reversed" }.compactMap(\.net)
                #expect(credited.sorted() == reversed.sorted(), "\(deposit ?? ""): \(facts)")
            }
        }
    }

    /// Everything that was told of deposits and registrations.
    private func facts(of shop: Shop) async throws -> Set<Fact> {
        let facts = try await shop.database.rows(
            as: Fact.self,
            """
            SELECT id, type, payload ->> 'deposit_id' AS deposit_id, payload #>> '{block,hash}' AS block,
                   (payload ->> 'net_base')::bigint AS net
            FROM confirmd.outbox WHERE type LIKE 'deposit.%' OR type LIKE '%.registered'
            """)
        return Set(facts)
    }
}
