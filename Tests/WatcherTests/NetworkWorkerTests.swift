import Chain
import Foundation
import TestSupport
import Testing

@testable import Watcher

@Suite("A worker follows its network")
struct NetworkWorkerTests {
    @Test("A payment after registration is credited, and final later")
    func pays() async throws {
        let watched = try await Watched()
        try await watched.following {
            try await watched.createInvoice("1", key: 1)
            try await watched.isRegistered("1")
            watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
            try await watched.reaches("paid", "1")
            watched.chain.mine()
            watched.chain.mine()
            try await eventually("the deposit is final") {
                try await watched.database.value("SELECT status FROM confirmd.deposit") == "final"
            }
        }
        let types = try await watched.database.rows("SELECT position, type FROM confirmd.outbox ORDER BY position")
        #expect(
            types == [
                ["1", "invoice.registered"], ["2", "deposit.detected"], ["3", "deposit.credited"],
                ["4", "invoice.status_changed"], ["5", "deposit.final"],
            ])
    }

    @Test("A payment before registration is found, also when the worker has never run")
    func beforeFirstRun() async throws {
        let watched = try await Watched()
        try await watched.createInvoice("1", key: 1)
        watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
        for _ in 0..<5 { watched.chain.mine() }
        try await watched.following { try await watched.reaches("paid", "1") }
    }

    @Test("A payment far below the start of the first run is found, down to three hours before creation")
    func belowStart() async throws {
        let watched = try await Watched(blocks: 10, age: 7_000)
        watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
        for _ in 0..<600 { watched.chain.mine() }
        try await watched.createInvoice("1", key: 1)
        try await watched.following { try await watched.reaches("paid", "1") }
    }

    @Test("A policy of a session that is gone, published behind our back, is not worked under but published over")
    func latePublication() async throws {
        let watched = try await Watched()
        // What a request of a lost connection does that is carried out late: between the publication and the next look.
        try await watched.database.execute(
            """
            CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO confirmd_data.policy (network, number, thresholds, difference, published_by)
                SELECT network, 2, thresholds || '{"credit": 3}', '{}', 'late' FROM confirmd_data.policy WHERE number = 1;
                NEW.policy_number := 2;
                RETURN NEW;
            END $$;
            CREATE TRIGGER late BEFORE UPDATE ON confirmd_data.network
            FOR EACH ROW WHEN (NEW.policy_number = 1 AND OLD.policy_number IS DISTINCT FROM 1) EXECUTE FUNCTION late();
            """)
        try await watched.following {
            try await watched.createInvoice("1", key: 1)
            try await watched.isRegistered("1")
            watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
            try await watched.reaches("paid", "1")
        }
        let policies = try await watched.database.rows(
            "SELECT number, thresholds ->> 'credit' FROM confirmd_data.policy ORDER BY number")
        #expect(policies == [["1", "1"], ["2", "3"], ["3", "1"]])
    }

    @Test("What was read once is not read again for another invoice, but where it may be paid")
    func readOnce() async throws {
        let watched = try await Watched(blocks: 200, age: 3_000)
        try await watched.following {
            try await watched.cursorReachesTip()
            try await watched.createInvoice("1", key: 1)
            try await watched.isRegistered("1")
            let before = watched.chain.fetched
            #expect(before >= 199)
            try await watched.createInvoice("2", key: 2)
            try await watched.isRegistered("2")
            #expect(watched.chain.fetched == before)
            watched.chain.mine([(ModelAddresses.key(3), 100_000_000)])
            try await watched.cursorReachesTip()
            try await watched.createInvoice("3", key: 3)
            try await watched.reaches("paid", "3")
            try await watched.isRegistered("3")
            #expect(watched.chain.fetched == before + 2, "once when it came, once when it was looked for")
        }
    }

    @Test("A payment while the worker was down is found by catching up")
    func whileDown() async throws {
        let watched = try await Watched()
        try await watched.createInvoice("1", key: 1)
        try await watched.following { try await watched.isRegistered("1") }
        for _ in 0..<300 { watched.chain.mine() }
        watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
        for _ in 0..<300 { watched.chain.mine() }
        try await watched.following {
            try await watched.reaches("paid", "1")
            try await watched.cursorReachesTip()
        }
        #expect(try await watched.database.value("SELECT status FROM confirmd.deposit") == "final")
    }

    // Pitfall 16.
    @Test("An invoice made while the worker was down, paid below the cursor's height, is found by the scan back")
    func scanBack() async throws {
        let watched = try await Watched()
        try await watched.following { try await watched.cursorReachesTip() }
        try await watched.createInvoice("1", key: 1)
        try await watched.following { try await watched.isRegistered("1") }
        try await watched.createInvoice("2", key: 2)
        watched.chain.mine([(ModelAddresses.key(2), 100_000_000)])
        try await watched.following { try await watched.reaches("paid", "2") }
    }

    @Test("A wrong address refuses its invoice and holds no other one up")
    func refusal() async throws {
        let watched = try await Watched()
        try await watched.database.execute(
            "SELECT confirmd.create_invoice('shop', 'bad', '[{\"asset\":\"COIN\",\"address\":\"nonsense\",\"amount\":\"1\"}]')"
        )
        try await watched.createInvoice("1", key: 1)
        try await watched.createInvoice("2", key: 1)
        try await watched.following {
            try await watched.isRegistered("1")
            try await watched.reaches("canceled", "bad")
            try await watched.reaches("canceled", "2")
        }
        #expect(
            try await watched.database.rows("SELECT order_id, reason FROM confirmd.invoice ORDER BY order_id")
                == [["1", nil], ["2", "address_in_use"], ["bad", "malformed_address"]])
        // The refused order_id is free again.
        try await watched.createInvoice("bad", key: 3)
    }

    @Test("Two workers: one follows, the other stands by and takes over")
    func twoWorkers() async throws {
        let watched = try await Watched()
        let first = try watched.worker()
        let second = try watched.worker()
        let firstRun = Task { await first.run() }
        try await eventually("the first follows") { first.status == .following }
        let secondRun = Task { await second.run() }
        try await eventually("the second stands by") { second.status == .standby }
        first.stop()
        await firstRun.value
        try await watched.createInvoice("1", key: 1)
        watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
        try await watched.reaches("paid", "1")
        try await eventually("the second follows") { second.status == .following }
        second.stop()
        await secondRun.value
    }

    @Test(
        "Case jam: a block that the database can't hold counts against the node that has it, and the next one is asked")
    func unwritableBlock() async throws {
        let watched = try await Watched()
        try await watched.createInvoice("1", key: 1)
        let liar = watched.chain.copy()
        try await watched.running(try watched.worker(preferring: liar)) {
            try await watched.isRegistered("1")
            // The year four million: no date of PostgreSQL's.
            liar.mine(time: 1 << 47, branch: 2)
            watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
            watched.chain.mine()
            try await watched.reaches("paid", "1")
            try await watched.cursorReachesTip()
        }
    }

    @Test("A node that fails is waited for; nothing is skipped")
    func nodeOutage() async throws {
        let watched = try await Watched()
        try await watched.createInvoice("1", key: 1)
        try await watched.following {
            try await watched.isRegistered("1")
            watched.chain.fail(with: NodeError(.unreachable, "down"))
            watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
            watched.chain.mine()
            try await eventually("the outage shows") {
                try await watched.database.value("SELECT state_reason FROM confirmd.network")?.contains("no node")
                    == true
            }
            watched.chain.fail(with: nil)
            try await watched.reaches("paid", "1")
        }
    }

    // Pitfall: "4-minute PostgreSQL restart → indexer dead for two days".
    @Test("A database that crashes and comes back is waited for; nothing is lost or doubled")
    func databaseCrash() async throws {
        let server = try await PrivatePostgres()
        let watched = try await Watched(server: server)
        for number in 1...20 as ClosedRange<UInt32> { try await watched.createInvoice("\(number)", key: number) }
        try await watched.following {
            try await watched.isRegistered("20")
            for number in 1...20 as ClosedRange<UInt32> {
                watched.chain.mine([(ModelAddresses.key(number), 100_000_000)])
                if number % 7 == 0 {
                    try await server.stop(immediate: true)
                    try await server.start()
                }
            }
            for number in 1...20 { try await watched.reaches("paid", "\(number)") }
        }
        #expect(try await watched.database.value("SELECT count(*) FROM confirmd.deposit") == "20")
        #expect(try await watched.database.value("SELECT credited FROM confirmd.balance") == "20")
        #expect(
            try await watched.database.value("SELECT count(*) = max(position) FROM confirmd.outbox") == "t")
        try await server.stop()
    }
}
