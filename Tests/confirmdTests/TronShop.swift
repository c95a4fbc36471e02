import TestSupport

/// A merchant on a private TRON chain.
struct TronShop: Merchant {
    static let coin = "TRX"

    let node: TronDevnet
    let database: TestDatabase
    let installation: Installation
    let network: NetworkFile

    /// - Parameter network: TRX and USDT on `node` unless given.
    init(on node: TronDevnet, _ network: NetworkFile? = nil, terms: String...) async throws {
        self.node = node
        database = try await PrivatePostgres.shared.createDatabase()
        self.network = network ?? .tron([node])
        installation = try Installation(database: database.url, networks: [self.network])
        try await open(terms: terms)
    }

    var tip: String {
        get async throws { try await node.tip }
    }

    /// Asks for an amount at an address, a new one unless given, and returns it.
    @discardableResult
    func invoice(
        _ order: String, of amount: String, in asset: String = coin, at address: String? = nil
    ) async throws -> String {
        let address = if let address { address } else { try await node.newAddress() }
        try await invoice(order, options: ["\(asset):\(address):\(amount)"])
        return address
    }

    /// Whatever is to be read of the blocks so far has been read, and is followed by a few more blocks.
    func reads(_ blocks: Int) async throws {
        try await node.mine(blocks)
        try await cursorReachesTip()
    }
}
