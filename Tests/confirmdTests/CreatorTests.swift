import Foundation
import TestSupport
import Testing

/// Other programs' transactions, which last as long as they like. One node serves them in turn.
@Suite("Creators", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct CreatorTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    @Test("An invoice whose transaction commits late is watched then, and its payment found, behind later ones")
    func lateCommit() async throws {
        let shop = try await Shop(on: node)
        let slow = try await node.newAddress()
        try await shop.following { daemon in
            let creator = try shop.database.session()
            try await creator.execute("BEGIN; \(Self.creation("slow", slow))")
            let quick = try await shop.invoice("quick", of: "1")
            try await shop.isRegistered("quick")
            try await node.sendMany([slow: "1", quick: "1"])
            try await node.mine(3)
            // Meanwhile the others are served, and the daemon does not wait for what it can't see.
            try await shop.reaches("paid", "quick")
            #expect(try await daemon.get("/readyz").status == 200)
            try await creator.execute("COMMIT")
            try await shop.reaches("paid", "slow")
            try await creator.close()
        }
    }

    @Test("A creator's and an operator's open transactions hold no payment up, not even their own project's")
    func openTransactions() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let creator = try shop.database.session()
            try await creator.execute(
                """
                BEGIN; \(Self.creation("open", try await node.newAddress()));
                SELECT confirmd.create_static_wallet('shop', 'open', 'LTC', '\(try await node.newAddress())');
                \(Self.creation("1", address))
                """)
            let operating = try shop.database.session()
            try await operating.execute("BEGIN; SELECT confirmd.set_project('shop', service_fee_bps => 100)")
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await shop.invoice("2", of: "1")
            try await shop.isRegistered("2")
            try await operating.close()
            try await creator.close()
        }
        // Both were rolled back.
        #expect(try await shop.database.value("SELECT count(*) FROM confirmd.invoice") == "2")
        #expect(try await shop.balance == ["1", "0", "0"])
    }

    @Test(
        "Rows that somebody with the right to it keeps locked hold their network up, visibly, and no longer than that")
    func lockedRows() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            let administrator = try shop.database.session()
            try await administrator.execute("BEGIN; SELECT FROM confirmd_data.owner FOR UPDATE")
            try await node.send("1", to: address)
            try await node.mine(2)
            try await daemon.logs("commit failed", within: .seconds(30))
            #expect(try await daemon.get("/healthz").status == 200)
            #expect(try await shop.status(of: "1") == "created")
            try await administrator.execute("COMMIT")
            try await shop.reaches("paid", "1")
            try await administrator.close()
        }
    }

    @Test("Many creators at once, some of which give up: who committed is watched, and is told once")
    func manyCreators() async throws {
        let shop = try await Shop(on: node)
        let addresses = try await node.foreignAddresses(200)
        try await shop.following { _ in
            try await withThrowingTaskGroup { group in
                for creator in 0..<10 {
                    group.addTask {
                        let session = try shop.database.session()
                        for number in stride(from: creator, to: 200, by: 10) {
                            let end = number % 7 == 0 ? "ROLLBACK" : "COMMIT"
                            try await session.execute(
                                "BEGIN; \(Self.creation("\(number)", addresses[number])); \(end)")
                        }
                        try await session.close()
                    }
                }
                try await group.waitForAll()
            }
            let committed = (0..<200).filter { $0 % 7 != 0 }
            for number in committed { try await shop.isRegistered("\(number)") }
            #expect(
                try await shop.database.value("SELECT count(*) FROM confirmd.outbox WHERE type = 'invoice.registered'")
                    == "\(committed.count)")
        }
    }

    private static func creation(_ order: String, _ address: String) -> String {
        """
        SELECT confirmd.create_invoice('shop', '\(order)',
            '[{"asset": "LTC", "address": "\(address)", "amount": "1"}]')
        """
    }
}
