import Foundation
import TestSupport
import Testing

/// What the chain itself may bring: much at once, long stretches, outputs of unusual origin. Each with its own node.
@Suite("Chain", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct ChainTests {
    @Test("2,000 deposits in one block: 1,800 invoices and 200 payments to one wallet")
    func manyInOneBlock() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, terms: "--service-fee", "1%")
        let wallet = try await shop.wallet("regular")
        let addresses = try await node.foreignAddresses(1_800)
        let list = addresses.map { "('\($0)')" }.joined(separator: ",")
        try await shop.database.execute(
            """
            SELECT confirmd.create_invoice('shop', address, jsonb_build_array(
                jsonb_build_object('asset', 'LTC', 'address', address, 'amount', '0.001'))) FROM (VALUES \(list)) a (address)
            """)
        try await shop.following { daemon in
            try await eventually("all are watched", within: .seconds(60)) {
                try await shop.database.value(
                    "SELECT count(*) FROM confirmd.invoice_option WHERE registered_at IS NOT NULL") == "1800"
            }
            try await node.sendMany(Dictionary(uniqueKeysWithValues: addresses.map { ($0, "0.001") }))
            try await node.sendRaw(Array(repeating: .init(wallet, "0.001"), count: 200))
            try await node.mine()
            try await eventually("all are detected", within: .seconds(60)) {
                try await shop.database.value("SELECT count(*) FROM confirmd.deposit") == "2000"
            }
            try await node.mine(3)
            try await eventually("all are final", within: .seconds(60)) {
                try await shop.database.value("SELECT count(*) FROM confirmd.deposit WHERE status = 'final'") == "2000"
            }
            try await daemon.ready()
        }
        #expect(try await shop.balance == ["1.98", "1.98", "0.02"])
        #expect(
            try await shop.database.rows("SELECT status, count(*) FROM confirmd.invoice GROUP BY 1") == [
                ["paid", "1800"]
            ])
    }

    @Test("500 blocks behind: every payment in them is found on the way")
    func catchUp() async throws {
        let node = try await Litecoind()
        // A longer chain needs it: without a peg-in block 432 can't be mined.
        try await node.activateMWEB()
        let shop = try await Shop(on: node)
        let addresses = [try await shop.invoice("first", of: "1"), try await shop.invoice("last", of: "1")]
        let wallet = try await shop.wallet("regular")
        try await shop.following { _ in
            try await shop.walletIsRegistered("regular")
            try await shop.isRegistered("last")
        }
        let stranger = try await node.foreignAddresses(1)[0]
        try await node.send("1", to: addresses[0])
        for _ in 0..<5 {
            try await node.send("0.1", to: wallet)
            try await node.mine(99, to: stranger)
        }
        try await node.send("1", to: addresses[1])
        try await node.mine(5, to: stranger)
        try await shop.following { _ in
            try await shop.cursorReachesTip()
            #expect(try await shop.status(of: "first") == "paid")
            #expect(try await shop.status(of: "last") == "paid")
        }
        #expect(try await shop.balance == ["2.5", "2.5", "0"])
    }

    @Test("A daemon that is told to leave in the middle of catching up goes on where it was")
    func interruptedCatchUp() async throws {
        let node = try await Litecoind(blocks: 0)
        let shop = try await Shop(on: node, settings: "start: 0")
        let addresses = try await node.foreignAddresses(2)
        for address in addresses { try await shop.invoice(address, of: "50", at: address) }
        for (address, count) in zip(addresses, [50, 150]) {
            try await node.mine(1, to: address)
            try await node.mine(count)
        }
        for _ in 1...3 {
            let daemon = try shop.installation.start()
            try await daemon.logs("loaded")
            try await shop.terminate(daemon)
            try await shop.proveBooks()
        }
        try await shop.following { _ in
            for address in addresses { try await shop.event("deposit.final", of: address) }
        }
    }

    @Test("A peg-out pays as an output of the block's last transaction, after six confirmations")
    func pegOut() async throws {
        let node = try await Litecoind()
        try await node.activateMWEB()
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "3")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let pegOut = try await node.pegOut("3", to: address)
            try await shop.event("deposit.detected", of: "1")
            #expect(
                try await shop.database.rows(
                    "SELECT transaction, locator, required, final_required FROM confirmd.deposit")
                    == [[pegOut.txid, "vout:\(pegOut.vout)", "6", "6"]])
            try await node.mine(4)
            try await shop.cursorReachesTip()
            #expect(try await shop.status(of: "1") == "created")
            try await node.mine()
            try await shop.reaches("paid", "1")
            try await shop.event("deposit.final", of: "1")
        }
    }
}
