import TestSupport
import Testing

/// What a miner is paid can't be spent for a hundred blocks, and is worth nothing before.
@Suite("Maturity", .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct MaturityTests {
    @Test("A reward pays at its hundredth confirmation, stays when the tip goes back, and is lost with its block")
    func reward() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1h }")
        let stranger = try await node.foreignAddresses(1)[0]
        let wallet = try await shop.wallet("miner")
        let addresses = [try await node.newAddress(), try await node.newAddress()]
        try await shop.invoice("paid", of: "50", at: addresses[0])
        try await shop.invoice("lost", of: "50", at: addresses[1])
        try await shop.following { _ in
            try await shop.walletIsRegistered("miner")
            try await shop.isRegistered("lost")
            let first = try await node.mine(1, to: wallet)[0]
            try await node.mine(1, to: addresses[0])
            let last = try await node.mine(1, to: addresses[1])[0]
            try await node.mine(97, to: stranger)
            try await shop.event("deposit.final", of: "miner")
            #expect(
                try await shop.turns(of: "miner")
                    == ["detected", "credited", "final"].map {
                        DepositTurn(status: $0, block: first)
                    })
            #expect(
                try await shop.database.rows(
                    """
                    SELECT status, confirmations, required, final_required FROM confirmd.deposit
                    ORDER BY block_height
                    """) == [
                        ["final", "100", "100", "100"], ["detected", "99", "100", "100"],
                        ["detected", "98", "100", "100"],
                    ])
            #expect(try await shop.balance == ["50", "50", "0"])

            // The third reward's block goes, and with it all that came after: the first has two confirmations left.
            try await node.invalidate(last)
            try await shop.deposits(become: ["paid": "detected", "lost": "orphaned"])
            #expect(
                try await shop.database.rows("SELECT status, confirmations FROM confirmd.deposit ORDER BY block_height")
                    == [["final", "2"], ["detected", "1"], ["orphaned", "0"]])
            #expect(try await shop.balance == ["50", "50", "0"])
            try await node.mine(98, to: addresses[0])
            try await shop.cursorReachesTip()
            #expect(try await shop.status(of: "paid") == "created")
            try await node.mine(1, to: stranger)
            try await shop.reaches("paid", "paid")
            try await node.mine(1, to: stranger)
            try await shop.reaches("overpaid", "paid")
            #expect(try await shop.status(of: "lost") == "created")
        }
    }
}
