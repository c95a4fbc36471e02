import TestSupport
import Testing

/// Owners spend what they were paid, and some of it returns to them: nothing came in.
@Suite("Own funds", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct OwnFundsTests {
    private static let starting = Task { try await Litecoind(blocks: 125) }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    private func shop() async throws -> Shop {
        try await Shop(on: node, settings: "mempool: { interval: 1s }")
    }

    /// The customer's deposits, in the order of their transactions.
    private func deposits(of shop: Shop) async throws -> [[String?]] {
        try await shop.database.rows(
            "SELECT gross, status, reason FROM confirmd.deposit ORDER BY gross::numeric DESC")
    }

    @Test("Change that comes back to a static wallet is rejected, in the mempool and in its block")
    func change() async throws {
        let shop = try await shop()
        let address = try await node.newAddress()
        let stranger = try await node.foreignAddress()
        try await shop.wallet("customer", asset: "LTC", at: address)
        try await shop.following { _ in
            try await shop.walletIsRegistered("customer")
            let first = try await node.sendRaw([.init(address, "1")])
            try await node.mine(2)
            try await shop.event("deposit.credited", of: "customer")
            let second = try await node.spend([(first, 0)], paying: [.init(stranger, "0.4"), .init(address, "0.599")])
            try await shop.event("deposit.rejected", of: "customer")
            #expect(try await shop.explain(second).first { $0.what == "rejected" }?.reason == "own_funds")
            try await node.mine(4)
            try await shop.event("deposit.rejected", of: "customer", count: 2)
            try await shop.event("deposit.final", of: "customer")
            #expect(try await deposits(of: shop) == [["1", "final", nil], ["0.599", "rejected", "own_funds"]])
            // The change of the change, and what another owner is paid out of it.
            let order = try await shop.invoice("order", of: "0.2")
            try await shop.isRegistered("order")
            try await node.spend([(second, 1)], paying: [.init(order, "0.2"), .init(address, "0.398")])
            try await node.mine(4)
            try await shop.reaches("paid", "order")
            try await shop.event("deposit.rejected", of: "customer", count: 3)
        }
        #expect(try await shop.balance == ["1.2", "1.2", "0"])
    }

    @Test("A chain of transactions that is found all at once: in one block, in the mempool, by the look back")
    func chained() async throws {
        let shop = try await shop()
        let address = try await node.newAddress()
        let stranger = try await node.foreignAddress()
        /// A payment, two transactions that spend it one after the other, and one that leaves nothing to pay out of.
        func pay() async throws {
            let first = try await node.sendRaw([.init(address, "1")])
            let second = try await node.spend([(first, 0)], paying: [.init(address, "0.999")])
            let third = try await node.spend([(second, 0)], paying: [.init(address, "0.998")])
            try await node.spend([(third, 0)], paying: [.init(stranger, "0.997")])
        }
        let expected = [["1", "final", nil], ["0.999", "rejected", "own_funds"], ["0.998", "rejected", "own_funds"]]
        // Before anybody knew of the address.
        try await pay()
        try await node.mine(5)
        try await shop.wallet("customer", asset: "LTC", at: address)
        try await shop.following { _ in
            try await shop.event("deposit.final", of: "customer")
            #expect(try await deposits(of: shop) == expected)
            try await pay()
            try await eventually("all are seen", look: { try await deposits(of: shop).map { $0[1] ?? "" }.sorted() }) {
                $0 == ["detected", "final"] + Array(repeating: "rejected", count: 4)
            }
        }
        // While nobody looks.
        try await node.mine(5)
        try await shop.following { _ in
            try await shop.event("deposit.final", of: "customer", count: 2)
            #expect(try await deposits(of: shop) == expected.flatMap { [$0, $0] })
        }
        #expect(try await shop.balance == ["2", "2", "0"])
    }

    @Test("After a reorganization it is what it was, and others' inputs beside it make no difference")
    func reorganized() async throws {
        let node = try await Litecoind(blocks: 125)
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1s }")
        let (address, other) = (try await node.newAddress(), try await node.newAddress())
        try await shop.wallet("customer", asset: "LTC", at: address)
        try await shop.following { _ in
            try await shop.walletIsRegistered("customer")
            let first = try await node.sendRaw([.init(address, "1")])
            let others = try await node.sendRaw([.init(other, "2")])
            try await node.mine()
            try await node.spend([(others, 0), (first, 0)], paying: [.init(address, "2.999")])
            try await node.mine()
            try await shop.event("deposit.credited", of: "customer")
            try await node.reorganize(depth: 2)
            try await shop.event("deposit.reversed", of: "customer")
            try await node.mine(4)
            try await shop.event("deposit.final", of: "customer")
            try await eventually("what came back is rejected again", look: { try await deposits(of: shop) }) {
                $0 == [["2.999", "rejected", "own_funds"], ["1", "final", nil]]
            }
        }
        #expect(try await shop.balance == ["1", "1", "0"])
    }
}
