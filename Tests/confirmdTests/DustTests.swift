import Foundation
import TestSupport
import Testing

/// Somebody pays one owner in very many outputs.
@Suite("Dust", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct DustTests {
    /// How the deposits of an owner add up by what is kept of it, and by the deposits themselves.
    private static let totals = """
        WITH kept AS (
            SELECT o.owner_id, t ->> 'status' AS status, sum((t ->> 'count')::int) AS count, sum((t ->> 'gross')::numeric) AS gross
            FROM confirmd_data.owner o, jsonb_array_elements(o.totals) t GROUP BY 1, 2),
        there AS (
            SELECT d.owner_id, d.status, count(*) AS count, sum(d.gross) AS gross
            FROM confirmd_data.deposit d JOIN confirmd_data.owner o USING (owner_id)
            WHERE o.totals IS NOT NULL AND (o.kind = 'invoice' OR d.status IN ('detected', 'credited')) GROUP BY 1, 2)
        SELECT (SELECT count(*) FROM confirmd_data.owner WHERE totals IS NOT NULL) AS owners,
               (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM there) d)
               + (SELECT count(*) FROM (SELECT * FROM there EXCEPT SELECT * FROM kept) d) AS differences
        """

    @Test(
        "Case dust: hundreds of outputs to an invoice and to a wallet, through mempool, blocks, tiers and a reorganization"
    )
    func outputs() async throws {
        let node = try await Litecoind(blocks: 125)
        let network = NetworkFile.litecoin(
            [node], credit: 2, final: 5, tiers: ["{ asset: LTC, from: \"4\", credit: 3, final: 6 }"],
            settings: "mempool: { interval: 1s }\npoll_interval: 500ms")
        let shop = try await Shop(on: node, network: network)
        let invoice = try await shop.invoice("1", of: "4")
        let wallet = try await shop.wallet("donor")
        let innocent = try await shop.invoice("innocent", of: "1")
        func proveTotals() async throws {
            #expect(try await shop.database.rows(Self.totals) == [["2", "0"]])
        }
        try await shop.following { _ in
            try await shop.areRegistered()
            try await shop.walletIsRegistered("donor")
            for address in [invoice, invoice, wallet, wallet] {
                try await node.sendRaw(Array(repeating: Litecoind.Output(address, "0.01"), count: 150))
            }
            try await eventually("all are sighted") {
                try await shop.database.value("SELECT count(*) FROM confirmd.deposit") == "600"
            }
            try await proveTotals()
            let block = try await node.mine()[0]
            try await shop.cursorReachesTip()
            try await node.mine()
            try await shop.reaches("partial", "1")
            try await shop.cursorReachesTip()
            try await proveTotals()
            // The sum of what is not final reaches the tier: all that is open waits for one confirmation more.
            try await node.sendRaw([
                Litecoind.Output(invoice, "1"), Litecoind.Output(wallet, "0.5"), .init(innocent, "1"),
            ])
            try await node.mine()
            try await shop.cursorReachesTip()
            let required = try await shop.database.rows(
                "SELECT DISTINCT invoice_id IS NULL, final_required FROM confirmd.deposit WHERE gross < 1 ORDER BY 1")
            #expect(required == [["f", "6"], ["t", "5"]])
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await proveTotals()
            try await node.invalidate(block)
            try await eventually("all is taken back") {
                try await shop.database.value("SELECT sum(credited) FROM confirmd.balance") == "0"
            }
            #expect(try await shop.status(of: "1") == "created")
            try await proveTotals()
            try await node.reconsider(block)
            try await shop.reaches("paid", "1")
            try await node.mine(4)
            try await shop.cursorReachesTip()
            try await eventually("all are final") {
                try await shop.database.value("SELECT count(*) FROM confirmd.deposit WHERE status = 'final'") == "603"
            }
            try await proveTotals()
        }
        let told = try await shop.database.value(
            """
            SELECT max((payload ->> 'deposit_count')::int) || ' ' || max(jsonb_array_length(payload -> 'deposits'))
            FROM confirmd.outbox WHERE type = 'invoice.status_changed'
            """)
        #expect(told == "301 100")
    }
}
