import TestSupport

/// One event of a deposit: what it became, and the block that it is in.
struct DepositTurn: Decodable, Equatable, CustomStringConvertible {
    let status: String
    var block: String?

    var description: String { "\(status) \(block?.suffix(6) ?? "-")" }
}

/// An amount, and the confirmations that it takes by its tier.
struct DepositSize {
    let amount: String
    let credit: Int
    let final: Int

    /// What a deposit becomes in a block with so many confirmations.
    func rise(to confirmations: Int, in block: String) -> [DepositTurn] {
        var statuses = ["detected"]
        if confirmations >= credit { statuses.append("credited") }
        if confirmations >= final { statuses.append("final") }
        return statuses.map { DepositTurn(status: $0, block: block) }
    }

    /// What it becomes when the block is disconnected then, told with that block.
    func fall(from confirmations: Int, in block: String) -> DepositTurn {
        DepositTurn(status: confirmations >= credit ? "reversed" : "orphaned", block: block)
    }
}

/// What tests of a chain that misbehaves look at: the story that the outbox tells, step by step.
extension Merchant {
    /// Makes many invoices at once.
    func invoices(_ orders: [Order], expiringIn seconds: Int = 86_400) async throws {
        let rows = orders.map { "('\($0.name)', '\($0.address)', '\($0.amount)')" }.joined(separator: ",")
        try await database.execute(
            """
            SELECT confirmd.create_invoice('shop', name, jsonb_build_array(jsonb_build_object(
                'asset', '\(Self.coin)', 'address', address, 'amount', amount)), interval '\(seconds) seconds')
            FROM (VALUES \(rows)) orders (name, address, amount)
            """)
    }

    /// Waits until nothing is left to register.
    func areRegistered() async throws {
        try await eventually("every option is registered") {
            try await database.value("SELECT count(*) FROM confirmd.invoice_option WHERE registered_at IS NULL") == "0"
        }
    }

    /// The turns of an order's or customer's deposits, in their order.
    func turns(of reference: String) async throws -> [DepositTurn] {
        try await database.rows(
            as: DepositTurn.self,
            """
            SELECT payload ->> 'status' AS status, payload #>> '{block,hash}' AS block FROM confirmd.outbox
            WHERE type LIKE 'deposit.%' AND coalesce(payload ->> 'order_id', payload ->> 'customer_id') = :'reference'
            ORDER BY position
            """, ["reference": reference])
    }

    /// The statuses that an invoice went through, the first one left out.
    func changes(of order: String) async throws -> [String] {
        try await database.rows(
            """
            SELECT payload ->> 'status' FROM confirmd.outbox
            WHERE type = 'invoice.status_changed' AND payload ->> 'order_id' = :'order'
              AND payload ->> 'status' <> payload ->> 'previous_status' ORDER BY position
            """, ["order": order]
        ).map { $0[0] ?? "" }
    }

    /// The status of every invoice's deposits, by order.
    var depositStatuses: [String: String] {
        get async throws {
            let rows = try await database.rows(
                """
                SELECT order_id, string_agg(d.status, ' ' ORDER BY d.recorded_at, d.id)
                FROM confirmd.deposit d JOIN confirmd.invoice i ON i.id = d.invoice_id GROUP BY 1
                """)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] ?? "", $0[1] ?? "") })
        }
    }

    /// Waits until every deposit is in that state.
    func deposits(become expected: [String: String]) async throws {
        try await eventually(
            "deposits are \(expected)", within: .seconds(90), look: { try await depositStatuses },
            holds: { $0 == expected })
    }

    /// Reversals in the ledger that do not take back exactly one entry: the same amount, the other way round.
    var oddReversals: String? {
        get async throws {
            try await database.value(
                """
                SELECT count(*) FROM confirmd.ledger_entry r WHERE r.is_reversal AND 1 <> (
                    SELECT count(*) FROM confirmd.ledger_entry e
                    WHERE NOT e.is_reversal AND (e.deposit_id, e.credit_number, e.kind, e.project, e.asset, e.amount)
                        = (r.deposit_id, r.credit_number, r.kind, r.project, r.asset, r.amount)
                      AND (e.debit_account, e.credit_account) = (r.credit_account, r.debit_account))
                """)
        }
    }
}
