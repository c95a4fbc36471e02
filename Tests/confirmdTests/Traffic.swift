import TestSupport

/// What customers, a merchant, an operator and the chain do to shops that live side by side: at random, and the same for
/// the same seed. Every shop is asked for the same invoices and told the same commands.
struct Traffic {
    private let node: Litecoind
    private let shops: [Shop]
    private let addresses: [String]
    private let wallet: String
    private var dice: SplitMix64
    private var open: [(order: String, address: String)] = []
    /// Paid in full and open to more.
    private var paid: Set<String> = []
    /// To be marked paid: what an operator is told must not depend on how far a daemon is.
    private var partly: [String] = []
    private(set) var invoices = 0

    init(on node: Litecoind, shops: [Shop], seed: UInt64) async throws {
        self.node = node
        self.shops = shops
        dice = SplitMix64(seed: seed)
        addresses = try await node.foreignAddresses(1_001)
        wallet = addresses[1_000]
        for shop in shops {
            // The same ids everywhere, so that events can be compared by theirs.
            for function in ["create_invoice", "create_static_wallet"] {
                let name = function == "create_invoice" ? "order_id" : "customer_id"
                try await shop.database.execute(
                    """
                    DO $$ BEGIN
                        EXECUTE replace(pg_get_functiondef('confirmd.\(function)'::regproc),
                            'gen_random_uuid()', 'md5(project || \(name))::uuid');
                    END $$
                    """)
            }
            try await shop.database.execute(
                "SELECT confirmd.create_static_wallet('shop', 'regular', 'LTC', :'address')", ["address": wallet])
        }
    }

    /// The next thing that happens.
    mutating func step() async throws {
        switch dice.number(below: 100) {
        case 0..<25 where invoices < 1_000: try await ask()
        case 25..<60: try await pay()
        case 60..<88: try await node.mine()
        case 88..<94: try await node.reorganize(depth: 1 + dice.number(below: 3))
        case 94..<97: try await markPaid()
        case 97..<100: try await cancel()
        default: break
        }
    }

    /// Mines until every payment is in a block and final.
    func comeToRest(final: Int) async throws {
        while try await !node.mempool.isEmpty { try await node.mine() }
        try await node.mine(final)
    }

    private mutating func ask() async throws {
        let order = Order(name: "\(invoices)", address: addresses[invoices], amount: "1")
        for shop in shops { try await shop.invoices([order]) }
        invoices += 1
        open.append((order.name, order.address))
    }

    private mutating func pay() async throws {
        guard !open.isEmpty else { return }
        let place = dice.number(below: open.count)
        let (order, address) = open[place]
        let outputs: [Litecoind.Output]
        switch dice.number(below: 6) {
        case 0, 1:
            outputs = [.init(address, "1")]
            open.remove(at: place)
        case 2:
            outputs = [.init(address, "1.5"), .init(wallet, "0.25")]
            open.remove(at: place)
        case 3:
            outputs = [.init(address, "0.3"), .init(address, "0.7"), .init(wallet, "0.1")]
            paid.insert(order)
        case 4: outputs = [.init(wallet, "0.2"), .init(wallet, "0.2")]
        default:
            outputs = [.init(address, "0.4")]
            open.remove(at: place)
            if !paid.contains(order) { partly.append(order) }
        }
        // Too many that spend each other's change have to wait for a block.
        do { try await node.sendRaw(outputs) } catch let failure as Litecoind.Failure where failure.code == -26 {}
    }

    private mutating func markPaid() async throws {
        guard !partly.isEmpty else { return }
        try await command("mark_paid", partly.remove(at: dice.number(below: partly.count)))
    }

    /// One that nobody pays.
    private mutating func cancel() async throws {
        let order = Order(name: "canceled \(invoices)", address: addresses[min(invoices, 999)], amount: "1")
        guard invoices < 1_000 else { return }
        for shop in shops { try await shop.invoices([order]) }
        invoices += 1
        try await command("cancel_invoice", order.name)
    }

    private func command(_ function: String, _ order: String) async throws {
        for shop in shops {
            try await shop.database.execute(
                "SELECT confirmd.\(function)(id, 'by chance') FROM confirmd.invoice WHERE order_id = :'order'",
                ["order": order])
        }
    }
}
