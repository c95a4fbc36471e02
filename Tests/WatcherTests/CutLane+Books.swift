import TestSupport
import Testing

extension CutLane {
    /// Brings the invoices to their ends: those that are not canceled are paid by now or now, and their deposits final.
    func end(_ orders: [String]) async throws {
        guard deed != .expire else { return }
        if deed == .watch {
            for order in orders {
                try await watched.isRegistered(order)
                pay(order)
            }
        }
        for _ in 1..<Self.final { watched.chain.mine() }
        try await watched.cursorReachesTip()
    }

    /// Expects everything that became of `count` invoices once in the database and nothing else.
    func isExact(_ count: Int, after commits: [CutCommit] = []) async throws {
        let database = watched.database
        // The lane has counted each of its commits: those that the server confirmed, and those whose answer was cut off.
        let confirmed = proxy.exchanges.count { $0.request == .execute && $0.isCompleted }
        let unconfirmed = commits.count { $0.wasCommitted && !$0.wasConfirmed }
        let step = try await database.value("SELECT step FROM confirmd_data.lane WHERE lane = '\(lane)'")
        #expect(step == "\(confirmed + unconfirmed)")

        #expect(
            try await database.rows("SELECT status, count(*) FROM confirmd.invoice GROUP BY status")
                == [[deed == .expire ? "canceled" : "paid", "\(count)"]])
        let events = "\(count * history.count)"
        #expect(
            try await database.rows(
                "SELECT count(*), count(DISTINCT id), min(position), max(position) FROM confirmd.outbox")
                == [[events, events, "1", events]])
        let histories = try await database.rows(
            """
            SELECT count(*), types FROM (
                SELECT string_agg(type, ' ' ORDER BY position) AS types FROM confirmd.outbox GROUP BY aggregateid) h
            GROUP BY types
            """)
        #expect(histories == [["\(count)", history.joined(separator: " ")]])

        let payments = "\(deed == .expire ? 0 : count)"
        #expect(
            try await database.rows(
                "SELECT count(*), count(*) FILTER (WHERE status = 'final' AND credits = 1) FROM confirmd_data.deposit")
                == [[payments, payments]])
        #expect(
            try await database.rows(
                "SELECT count(*), count(DISTINCT deposit_id), coalesce(sum(amount), 0) FROM confirmd.ledger_entry")
                == [[payments, payments, payments]])
        #expect(
            try await database.rows("SELECT credited, final, fees FROM confirmd.balance")
                == (deed == .expire ? [] : [[payments, payments, "0"]]))
    }

    /// What the outbox tells of each invoice.
    private var history: [String] {
        let credit = ["deposit.detected", "deposit.credited"]
        return switch deed {
        case .expire: ["invoice.registered", "invoice.status_changed"]
        case .register: credit + ["invoice.registered", "invoice.status_changed", "deposit.final"]
        case .watch, .credit: ["invoice.registered"] + credit + ["invoice.status_changed", "deposit.final"]
        }
    }
}
