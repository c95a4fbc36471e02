import Foundation
import TestSupport
import Testing

/// A chain as fast as BNB Smart Chain: a block in every 0.45 s.
@Suite(
    "A fast chain", .inTurns, .timeLimit(.minutes(30)),
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumPaceTests {
    /// Ten minutes of blocks, about twelve times as fast: as fast as this chain is made. It is asked in every 100 ms, the
    /// shortest interval there is, where BNB Smart Chain is asked in every 500 ms. By its own times, which are whole
    /// seconds and later with every block, twice as long passes.
    private static let blocks = 1_333
    private static let period = 35

    /// How far it is behind on the way is printed and not judged: it says how busy the machine is. The simulator judges it by a
    /// clock of its own.
    @Test("In ten minutes of BNB Smart Chain's pace every payment is credited, and in the end it is at the tip")
    func pace() async throws {
        // Chapel's chain id: the pace, and with it how blocks are asked for, is known by it.
        let node = try await EthereumNode(chainID: 97)
        let token = try await node.deploy(.token, [.amount(1_000_000 * finney)])
        try await node.setBlockInterval(1)
        try await node.set(.safe, behind: 1)
        try await node.set(.finalized, behind: 2)
        try await node.setAutomaticMining(false)
        var network = NetworkFile.ethereum(
            [node], tokens: ["TOKEN": token], chainID: 97, credit: "finalized", final: "finalized")
        network.text = network.text.replacing("poll_interval: 200ms", with: "poll_interval: 100ms")
        let shop = try await EthereumShop(on: node, network)
        let orders = (0..<60).map { Order(name: "\($0)", address: EthereumShop.newAddress(), amount: "0.001") }
        let holder = EthereumShop.newAddress()
        var lags: [Int] = []
        try await shop.following { _ in
            try await shop.invoices(orders)
            try await shop.wallet("token", asset: "TOKEN", at: holder)
            try await shop.walletIsRegistered("token")
            try await shop.areRegistered()
            let first = try await node.height
            let clock = ContinuousClock()
            let start = clock.now
            try await node.mine(everyMilliseconds: Self.period)
            var sent = 0
            while true {
                // Asked in this order the lag is never told too small.
                let tip = try await shop.database.value("SELECT tip_height FROM confirmd.network").flatMap { Int($0) }
                let head = try await node.height
                lags.append(head - (tip ?? 0))
                if head >= first + Self.blocks { break }
                if sent < orders.count, (head - first) * orders.count >= sent * Self.blocks {
                    try await node.submit(EthereumTransaction(to: orders[sent].address, value: finney))
                    try await node.submit(token.transfer(finney, to: holder))
                    sent += 1
                }
            }
            let took = clock.now - start
            for order in orders { try await shop.reaches("paid", order.name) }
            try await node.mine(everyMilliseconds: nil)
            try await shop.cursorReachesTip()
            print(
                "\(Self.blocks) blocks in \(took), \(lags.count) looks: \(lags.sorted()[lags.count / 2]) blocks behind at "
                    + "median, \(lags.max() ?? 0) at most")
            #expect(sent == orders.count)
        }
        let rows = try await shop.database.rows(
            """
            SELECT asset, count(*), count(DISTINCT transaction), min(gross), max(gross), min(status)
            FROM confirmd.deposit GROUP BY 1 ORDER BY 1
            """)
        #expect(rows == ["ETH", "TOKEN"].map { [$0, "60", "60", "0.001", "0.001", "final"] })
    }
}
