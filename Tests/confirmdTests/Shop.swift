import TestSupport

/// A merchant on a private Litecoin chain.
struct Shop: Merchant {
    static let coin = "LTC"

    let node: Litecoind
    let server: PrivatePostgres
    let database: TestDatabase
    let installation: Installation
    let network: NetworkFile

    /// - Parameters:
    ///   - server: the shared one unless given.
    ///   - network: Litecoin on `node` alone unless given.
    ///   - terms: further arguments of `confirmd project set shop`.
    init(
        on node: Litecoind, server: PrivatePostgres? = nil, network: NetworkFile? = nil, transferFee: String = "0",
        settings: String = "", terms: String...
    ) async throws {
        let ownServer: PrivatePostgres
        if let server { ownServer = server } else { ownServer = try await PrivatePostgres.shared }
        self.node = node
        self.server = ownServer
        database = try await ownServer.createDatabase()
        self.network = network ?? .litecoin([node], transferFee: transferFee, settings: settings)
        installation = try Installation(database: database.url, networks: [self.network])
        try await open(terms: terms)
    }

    var tip: String {
        get async throws { try await node.tip }
    }

    /// Asks for an amount at an address of its own, or at the one given, and returns the address.
    @discardableResult
    func invoice(_ order: String, of amount: String? = nil, at address: String? = nil) async throws -> String {
        let payee =
            if let address { address } else { try await node.foreignAddress() }
        try await invoice(order, options: ["LTC:\(payee)\(amount.map { ":\($0)" } ?? "")"])
        return payee
    }

    @discardableResult
    func wallet(_ customer: String) async throws -> String {
        let address = try await node.foreignAddress()
        try await wallet(customer, asset: "LTC", at: address)
        return address
    }
}
