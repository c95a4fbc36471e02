import Postgres

extension BenchDatabase {
    /// How many rows of each kind there are before anything is measured.
    struct Size {
        /// Each with one watched address.
        let invoices: Int
        let wallets: Int
        /// Long final, to the wallets.
        let deposits: Int

        init(_ scale: Scale) {
            switch scale {
            case .quick: (invoices, wallets, deposits) = (5_000, 5_000, 5_000)
            case .usual: (invoices, wallets, deposits) = (400_000, 200_000, 200_000)
            case .full: (invoices, wallets, deposits) = (2_000_000, 8_000_000, 5_000_000)
            }
        }

        var addresses: Int { invoices + wallets }
    }

    /// Fills the tables as time would, without foreign keys being looked up. Watch numbers of invoices come first.
    func fill(_ size: Size) async throws {
        let chunk = 500_000
        for first in stride(from: 1, through: size.addresses, by: chunk) {
            let last = min(first + chunk - 1, size.addresses)
            try await administration.executeScript(Self.owners(first...last, invoices: size.invoices))
            tell("  \(last) of \(size.addresses) addresses")
        }
        for first in stride(from: 1, through: size.deposits, by: chunk) {
            let last = min(first + chunk - 1, size.deposits)
            try await administration.executeScript(
                Self.deposits(first...last, invoices: size.invoices, wallets: size.wallets))
            tell("  \(last) of \(size.deposits) past deposits")
        }
        try await administration.executeScript(
            """
            UPDATE confirmd_data.network SET watch_number = \(size.addresses) WHERE network = '\(Self.network)';
            INSERT INTO confirmd_data.balance (project, asset, credited) VALUES ('shop', 'LTC', 1000000000);
            """)
    }

    /// Leaves the tables as a vacuum and a checkpoint do.
    func settleDown() async throws {
        for command in ["VACUUM ANALYZE", "CHECKPOINT"] { try await administration.execute(command) }
    }

    private static let quietly = "SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off;"
    private static let id = "md5('owner ' || n)::uuid"
    private static let key = "substring(sha256(convert_to('key ' || n, 'UTF8')) FOR 20)"

    private static func owners(_ numbers: ClosedRange<Int>, invoices: Int) -> String {
        let all = "generate_series(\(numbers.lowerBound), \(numbers.upperBound)) n"
        return """
            \(quietly)
            INSERT INTO confirmd_data.owner (owner_id, kind, project, version, registrations, created_at)
            SELECT \(id), CASE WHEN n <= \(invoices) THEN 'invoice' ELSE 'wallet' END, 'shop', 1, 1, now() FROM \(all);
            INSERT INTO confirmd_data.invoice (
                invoice_id, project, order_id, created_at, expires_at, metadata, content, service_fee_bps,
                service_fee_bps_for, service_fee_payer, transfer_fee_payer, underpay_tolerance_bps, overpay_tolerance_bps,
                late_policy)
            SELECT \(id), 'shop', 'order ' || n, now(), now() + interval '1 day', '{"customer": "somebody"}',
                sha256(convert_to('content ' || n, 'UTF8')), 100, '{}', 'merchant', 'merchant', 0, 0, 'credit'
            FROM \(all) WHERE n <= \(invoices);
            INSERT INTO confirmd_data.static_wallet (wallet_id, project, customer_id, asset, created_at)
            SELECT \(id), 'shop', 'customer ' || n, 'LTC', now() FROM \(all) WHERE n > \(invoices);
            INSERT INTO confirmd_data.option (
                owner_id, ordinal, network, asset, address, amount, due, service_fee_bps, transfer_fee, created_at, key,
                watch_number, registered_at)
            SELECT \(id), 0, '\(network)', 'LTC', 'rltc1q' || encode(\(key), 'hex'), amount, amount, bps, fee, now(), \(key),
                n, now()
            FROM \(all), LATERAL (
                SELECT CASE WHEN n <= \(invoices) THEN 1000000 END AS amount,
                       CASE WHEN n <= \(invoices) THEN 100 END AS bps, CASE WHEN n <= \(invoices) THEN 0 END AS fee) t;
            """
    }

    /// Each of some wallet, a hundred in a block.
    private static func deposits(_ numbers: ClosedRange<Int>, invoices: Int, wallets: Int) -> String {
        """
        \(quietly)
        INSERT INTO confirmd_data.deposit (
            deposit_id, network, asset, owner_id, ordinal, transaction, locator, key, gross, status, late, seen_at,
            block_height, block_hash, block_time, block_index, maturity, credit_required, final_required, fee, net, credits)
        SELECT md5('deposit ' || d)::uuid, '\(network)', 'LTC', \(id), 0,
            sha256(convert_to('transaction ' || d, 'UTF8')), 'vout:0', \(key), 1000000, 'final', false, now(), d / 100,
            sha256(convert_to('block ' || d / 100, 'UTF8')), now(), d % 100, 0, 2, 102, 10000, 990000, 1
        FROM (SELECT d, \(invoices) + 1 + d::bigint * 7919 % \(wallets) AS n
              FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) d) t;
        INSERT INTO confirmd_data.ledger_entry (
            kind, project, asset, debit_account, credit_account, amount, deposit_id, credit_number, policy_number,
            transfer_fee, service_fee_bps)
        SELECT kind, 'shop', 'LTC', 'chain/LTC', account, amount, md5('deposit ' || d)::uuid, 1, 1, 0, 100
        FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) d,
            (VALUES ('net', 'project/shop/LTC', 990000), ('fee', 'fees/shop/LTC', 10000)) e (kind, account, amount);
        """
    }

    /// The one that every benchmark of large tables works on.
    static func filled(_ scale: Scale) async throws -> BenchDatabase { try await Filled.shared.database(scale) }

    private actor Filled {
        static let shared = Filled()
        private var database: BenchDatabase?

        func database(_ scale: Scale) async throws -> BenchDatabase {
            if let database { return database }
            let made = try await BenchDatabase(credit: 2)
            try await made.fill(Size(scale))
            try await made.settleDown()
            database = made
            return made
        }
    }
}
