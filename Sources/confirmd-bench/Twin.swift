import Postgres
import TestSupport

/// Tables of the same shape as those that a step writes, with the same indexes and as many rows, into which COPY writes
/// the rows that a step wrote: the least that any way of writing them could cost.
struct Twin {
    private struct Table {
        let name: String
        let source: String
        /// Tells the rows of the block that a round's deposits are in.
        let rows: String
    }

    private let database: BenchDatabase
    private let tables: [Table]

    /// - Parameter excluded: the owners that are going to be paid, as a query: their rows come by COPY.
    init(_ database: BenchDatabase, without excluded: String) async throws {
        self.database = database
        let inBlock = "network = '\(BenchDatabase.network)' AND block_height = :block"
        let owners = "(SELECT owner_id FROM confirmd_data.deposit WHERE \(inBlock))"
        let deposits = "(SELECT deposit_id FROM confirmd_data.deposit WHERE \(inBlock))"
        tables = [
            Table(name: "deposit", source: "confirmd_data.deposit", rows: inBlock),
            Table(name: "owner", source: "confirmd_data.owner", rows: "owner_id IN \(owners)"),
            Table(name: "invoice", source: "confirmd_data.invoice", rows: "invoice_id IN \(owners)"),
            Table(name: "ledger_entry", source: "confirmd_data.ledger_entry", rows: "deposit_id IN \(deposits)"),
            Table(
                name: "transaction", source: "confirmd_data.transaction",
                rows: "transaction IN (SELECT transaction FROM confirmd_data.deposit WHERE \(inBlock))"),
            Table(name: "balance", source: "confirmd_data.balance", rows: "true"),
            Table(name: "header", source: "confirmd_data.header", rows: "true"),
            Table(name: "network", source: "confirmd_data.network", rows: "true"),
            Table(name: "lane", source: "confirmd_data.lane", rows: "true"),
            Table(name: "outbox_counter", source: "confirmd_data.outbox_counter", rows: "true"),
            Table(name: "outbox", source: "confirmd.outbox", rows: "true"),
        ]
        var script = "CREATE SCHEMA twin;\n"
        for table in tables {
            let kept =
                switch table.name {
                case "owner": "owner_id NOT IN (\(excluded))"
                case "invoice": "invoice_id NOT IN (\(excluded))"
                case "deposit", "ledger_entry", "transaction": "true"
                default: "false"
                }
            script += """
                CREATE TABLE twin.\(table.name) (LIKE \(table.source) INCLUDING ALL);
                INSERT INTO twin.\(table.name) OVERRIDING SYSTEM VALUE SELECT * FROM \(table.source) WHERE \(kept);

                """
        }
        try await database.administration.executeScript(script)
    }

    /// Seconds that COPY takes for the rows which the lane's last step wrote, the commit included. They are gone afterwards.
    func copy(block: Int64) async throws -> Double {
        let lane = "(SELECT xmin::text FROM confirmd_data.lane WHERE lane = '\(BenchDatabase.network)')"
        var commands = ""
        for table in tables {
            let file = "\(database.server.socketFolder)/\(table.name)"
            let rows = table.rows.replacing(":block", with: "\(block)")
            let written = try await database.administration.execute(
                "COPY (SELECT * FROM \(table.source) WHERE \(rows) AND xmin::text = \(lane)) TO '\(file)' (FORMAT binary)"
            )
            if written > 0 { commands += "COPY twin.\(table.name) FROM '\(file)' (FORMAT binary);" }
        }
        let script = commands
        let time = try await ContinuousClock().measure { try await database.administration.executeScript(script) }
        for table in tables {
            let rows = table.rows.replacing(":block", with: "\(block)")
            try await database.administration.execute("DELETE FROM twin.\(table.name) WHERE \(rows)")
            try await database.administration.execute("VACUUM twin.\(table.name)")
        }
        return time / .seconds(1)
    }
}
