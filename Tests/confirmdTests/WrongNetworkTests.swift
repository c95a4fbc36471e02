import TestSupport
import Testing

/// An address means the same on every EVM network, and payers mistake one network for another.
@Suite(
    "Wrong network", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct WrongNetworkTests {
    @Test("Pitfall 35: what comes on another EVM network is told to the invoice's owner, never credited")
    func wrongNetwork() async throws {
        let (node, other) = (try await EthereumNode(), try await EthereumNode(chainID: 1338))
        let shop = try await EthereumShop(on: node)
        var second = NetworkFile.ethereum([other], chainID: 1338)
        second.text = second.text.replacing("network: ethereum", with: "network: other").replacing(
            "code: ETH", with: "code: OTHER")
        second = NetworkFile(name: "other", text: second.text)
        let both = try Installation(database: shop.database.url, networks: [shop.network, second])
        try await both.succeed("migrate")
        let daemon = try both.start()
        try await daemon.ready()

        let address = try await shop.invoice("1", of: "0.005")
        try await shop.isRegistered("1")
        // Nobody's address, on either.
        try await other.send(finney, to: EthereumShop.newAddress())
        // Its key is looked up once a second; a payment takes longer than that.
        try await eventually("it is noticed on the other network") {
            try await other.send(2 * finney, to: address)
            return try await shop.database.value(
                "SELECT count(*) > 0 FROM confirmd.deposit WHERE network = 'other'") == "t"
        }
        try await shop.event("deposit.rejected", of: "1")
        #expect(
            try await shop.database.rows(
                "SELECT DISTINCT network, asset, gross, status, reason FROM confirmd.deposit")
                == [["other", "OTHER", "0.002", "rejected", "wrong_network"]])
        #expect(try await shop.status(of: "1") == "created")
        let transaction = try #require(try await shop.database.value("SELECT max(transaction) FROM confirmd.deposit"))
        let explained = try await both.succeed("explain", "other", transaction)
        #expect(explained.contains("OTHER came on other, where nobody asked for it"), "\(explained)")

        // On the right one it pays.
        try await node.send(5 * finney, to: address)
        try await node.mine(2)
        try await shop.reaches("paid", "1")
        #expect(try await shop.database.rows("SELECT asset FROM confirmd.balance") == [["ETH"]])
        try await shop.terminate(daemon)
        try await shop.proveBooks()
    }

    @Test("An option added for the network that it came on has it judged again")
    func addedOption() async throws {
        let (node, other) = (try await EthereumNode(), try await EthereumNode(chainID: 1338))
        let shop = try await EthereumShop(on: node)
        var second = NetworkFile.ethereum([other], chainID: 1338)
        second.text = second.text.replacing("network: ethereum", with: "network: other").replacing(
            "code: ETH", with: "code: OTHER")
        second = NetworkFile(name: "other", text: second.text)
        let both = try Installation(database: shop.database.url, networks: [shop.network, second])
        try await both.succeed("migrate")
        let daemon = try both.start()
        try await daemon.ready()
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.isRegistered("1")
        try await eventually("it is noticed on the other network") {
            try await other.send(2 * finney, to: address)
            return try await shop.database.value(
                "SELECT count(*) > 0 FROM confirmd.deposit WHERE network = 'other'") == "t"
        }
        try await shop.database.execute(
            """
            SELECT confirmd.add_option((SELECT id FROM confirmd.invoice), 'OTHER', '\(address)', '0.002')
            """)
        try await other.mine(3)
        try await shop.event("deposit.credited", of: "1")
        try await shop.terminate(daemon)
        try await shop.proveBooks()
    }
}
