import TestSupport

/// A merchant on a private Ethereum chain.
struct EthereumShop: Merchant {
    static let coin = "ETH"

    let node: EthereumNode
    let database: TestDatabase
    let installation: Installation
    let network: NetworkFile

    /// - Parameter network: ETH on `node` alone unless given.
    init(on node: EthereumNode, _ network: NetworkFile? = nil, terms: String...) async throws {
        self.node = node
        database = try await PrivatePostgres.shared.createDatabase()
        self.network = network ?? .ethereum([node])
        installation = try Installation(database: database.url, networks: [self.network])
        try await open(terms: terms)
    }

    var tip: String {
        get async throws { String(try await node.tip.dropFirst(2)) }
    }

    /// An address that nobody has used.
    static func newAddress() -> String {
        let digits = (0..<40).map { _ in String(Int.random(in: 0..<16), radix: 16) }
        return "0x" + digits.joined()
    }

    /// Asks for an amount at a new address, or at the one given, and returns the address.
    @discardableResult
    func invoice(
        _ order: String, of amount: String, in asset: String = coin, at address: String = newAddress()
    ) async throws -> String {
        try await invoice(order, options: ["\(asset):\(address):\(amount)"])
        return address
    }

    /// Whatever is to be read of the blocks so far has been read, and is followed by a few more blocks.
    func reads(_ blocks: Int) async throws {
        try await node.mine(blocks)
        try await cursorReachesTip()
    }
}

/// A thousandth of an ether, or of a token with as many digits.
let finney: UInt128 = 1_000_000_000_000_000
