import BigInt
import Chain
import Foundation
import Payments
import Store
import TestSupport
import Testing

/// What can't be at once about a deposit is refused by the table, exactly where no `Deposit` can be made.
@Suite("Impossible deposits")
struct DepositCheckTests {
    private static let reasons: [String?] =
        [nil, "nonsense"] + Deposit.Drop.allCases.map(\.rawValue) + Deposit.Rejection.allCases.map(\.rawValue)

    /// Status, reason, and which of the optional columns are there.
    private struct Row {
        let status: Deposit.Status
        let reason: String?
        let bits: Int
        /// Of 10.
        let fee: Int

        func has(_ bit: Int) -> Bool { bits >> bit & 1 == 1 }

        var values: String {
            let words = [
                "'\(status.rawValue)'", reason.map { "'\($0)'" } ?? "NULL", has(0) ? "7" : "NULL",
                has(1) ? "3" : "NULL",
                has(2) ? "8" : "NULL", has(3) ? "true" : "false", has(4) ? "\(fee)" : "NULL",
                has(5) ? "\(10 - fee)" : "NULL",
                has(6) ? "1" : "0",
            ]
            return "(\(words.joined(separator: ", ")))"
        }

        /// Nil where no such deposit can be made.
        var deposit: Deposit? {
            guard let standing = Deposit.Standing(status, reason: reason),
                let place = Deposit.Place(
                    block: has(0) ? BlockStamp(height: 7, hash: Hash256(0, 0, 0, 7), time: 0) : nil,
                    index: has(1) ? 3 : nil, displacedFrom: has(2) ? 8 : nil, isGone: has(3)),
                // A net amount is what a fee leaves.
                has(4) == has(5), fee >= 0 || !has(4)
            else { return nil }
            return try? Deposit(
                id: UUID(), network: "litecoin", asset: "LTC", decimals: 8, ordinal: 0,
                transaction: Hash256(0, 0, 0, 1), locator: "vout:0", key: WatchKey([1])!, gross: Amount(BigUInt(10)),
                maturity: 0, standing: standing, place: place, late: false, seenAt: 0,
                required: Thresholds(credit: 1, final: 1), fee: has(4) ? Amount(BigUInt(fee)) : nil,
                credits: has(6) ? 1 : 0)
        }
    }

    @Test("PostgreSQL takes exactly the deposits that can be: every status, reason, place and amount")
    func exhaustive() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')")
        try await lane.register()
        let rows = Deposit.Status.allCases.flatMap { status in
            Self.reasons.flatMap { reason in
                [-1, 0, 1, 10, 11].flatMap { fee in
                    (0..<128).map { Row(status: status, reason: reason, bits: $0, fee: fee) }
                }
            }
        }
        let verdicts = try await migrated.database.rows(
            """
            CREATE FUNCTION pg_temp.refusal(c record) RETURNS text LANGUAGE plpgsql AS $$
            DECLARE violated text;
            BEGIN
                INSERT INTO confirmd_data.deposit (deposit_id, network, asset, owner_id, ordinal, transaction, locator, key,
                    gross, status, reason, late, seen_at, block_height, block_hash, block_time, block_index,
                    disconnected_height, gone, maturity, credit_required, final_required, fee, net, credits)
                SELECT gen_random_uuid(), 'litecoin', 'LTC', owner_id, 0, sha256(gen_random_uuid()::text::bytea), 'vout:0',
                    '\\x01', 10, c.status, c.reason, false, now(), c.block, CASE WHEN c.block > 0 THEN sha256('b') END,
                    CASE WHEN c.block > 0 THEN now() END, c.index, c.disconnected, c.gone, 0, 1, 1, c.fee, c.net, c.credits
                FROM confirmd_data.owner;
                RETURN NULL;
            EXCEPTION WHEN check_violation THEN
                GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
                RETURN violated;
            END $$;
            SELECT pg_temp.refusal(c) FROM (VALUES \(rows.map(\.values).joined(separator: ",\n")))
                c (status, reason, block, index, disconnected, gone, fee, net, credits)
            """
        ).map { $0[0] }
        #expect(verdicts.count == rows.count)
        for (row, verdict) in zip(rows, verdicts) {
            #expect((verdict == nil) == (row.deposit != nil), "\(row): \(verdict ?? "taken")")
        }
        // Each of the checks is the one that refuses something.
        #expect(
            Set(verdicts.compactMap(\.self)) == [
                "deposit_block_check", "deposit_unmined_check", "deposit_net_check", "deposit_reason_check",
                "deposit_place_check", "deposit_booked_check",
            ])
        #expect(verdicts.count { $0 == nil } > 20)
    }

    @Test("A row that can't be sets its owner aside, should it be there all the same")
    func setAside() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')")
        try await lane.register()
        try await lane.block(["a": 100_000_000])
        try await migrated.database.execute(
            """
            ALTER TABLE confirmd_data.deposit DROP CONSTRAINT deposit_unmined_check;
            UPDATE confirmd_data.deposit SET gone = true;
            """)
        let dossiers = try await migrated.store.dossiers(.init(due: .everything))
        #expect(dossiers.count == 1)
        #expect(dossiers.first?.setAside?.contains("in a block, and given up or disconnected") == true)
    }
}
