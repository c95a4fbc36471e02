import TestSupport
import Testing

/// An address means the same on every EVM network, and payers mistake one network for another.
@Suite(
    "Wrong network", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct WrongNetworkTests {
    /// A daemon that follows two EVM networks, and a shop that knows of the first alone.
    private func start() async throws -> (
        node: EthereumNode, other: EthereumNode, shop: EthereumShop, both: Installation, daemon: Daemon
    ) {
        let (node, other) = (try await EthereumNode(), try await EthereumNode(chainID: 1338))
        let shop = try await EthereumShop(on: node)
        let text = NetworkFile.ethereum([other], chainID: 1338).text
            .replacing("network: ethereum", with: "network: other").replacing("code: ETH", with: "code: OTHER")
        let both = try Installation(
            database: shop.database.url, networks: [shop.network, NetworkFile(name: "other", text: text)])
        try await both.succeed("migrate")
        let daemon = try both.start()
        try await daemon.ready()
        return (node, other, shop, both, daemon)
    }

    /// Pays an invoice's address on the other network until that is noticed: its key is looked up there once a second.
    private func pay(_ address: String, of shop: EthereumShop, on other: EthereumNode) async throws {
        try await eventually("it is noticed on the other network") {
            try await other.send(2 * finney, to: address)
            return try await shop.database.value(
                "SELECT count(*) > 0 FROM confirmd.deposit WHERE network = 'other'") == "t"
        }
    }

    @Test("Pitfall 35: what comes on another EVM network is told to the invoice's owner, never credited")
    func wrongNetwork() async throws {
        let (node, other, shop, both, daemon) = try await start()

        let address = try await shop.invoice("1", of: "0.005")
        try await shop.isRegistered("1")
        // Nobody's address, on either.
        try await other.send(finney, to: EthereumShop.newAddress())
        try await pay(address, of: shop, on: other)
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

    @Test(
        "What came on another network and was taken back there holds no expiry back, also once that network is retired")
    func takenBack() async throws {
        let (node, other, shop, both, daemon) = try await start()
        let address = EthereumShop.newAddress()
        try await shop.installation.succeed(
            "invoice", "create", "--no-wait", "--project", "shop", "--order", "1", "--option", "ETH:\(address):0.005",
            "--expires-in", "40s")
        try await shop.isRegistered("1")
        let height = try await other.height
        try await pay(address, of: shop, on: other)
        try await shop.event("deposit.rejected", of: "1")
        try await other.reorganize(depth: try await other.height - height)
        try await eventually("every deposit is in no block any more") {
            try await shop.database.rows("SELECT DISTINCT status FROM confirmd.deposit") == [["orphaned"]]
        }
        try await both.succeed("network", "retire", "other", "--reason", "a test")
        try await eventually("the invoice expires", within: .seconds(120)) {
            try await node.mine()
            return try await shop.database.rows("SELECT status, reason FROM confirmd.invoice") == [
                ["canceled", "expired"]
            ]
        }
        try await shop.terminate(daemon)
        try await shop.proveBooks()
    }

    @Test("An option added for the network that it came on has it judged again")
    func addedOption() async throws {
        let (_, other, shop, _, daemon) = try await start()
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.isRegistered("1")
        try await pay(address, of: shop, on: other)
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
