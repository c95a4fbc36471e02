import TestSupport
import Testing

/// The node takes blocks back. Each test has its own, for its chain is not fit for others afterwards.
@Suite(
    "Reorganizations of Ethereum", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumReorganizationTests {
    /// What becomes of a payment on the other branch.
    private enum Fate: String, CaseIterable {
        /// It is at the same place of the block that takes the place of its own.
        case samePlace
        case laterBlock
        case nowhere
    }

    private static let sizes = [
        DepositSize(amount: "0.001", credit: 1, final: 3), DepositSize(amount: "0.002", credit: 3, final: 12),
        DepositSize(amount: "0.004", credit: 12, final: 14),
    ]

    @Test(
        "Pitfalls 1, 14 and 20: the same place again, a later block, no block; before and after credit, after final",
        arguments: [1, 2, 10])
    func disconnected(depth: Int) async throws {
        let node = try await EthereumNode(blocks: 20)
        let network = NetworkFile.ethereum(
            [node], credit: "1", final: "3",
            tiers: [
                "{ asset: ETH, from: \"0.002\", credit: 3, final: 12 }",
                "{ asset: ETH, from: \"0.004\", credit: 12, final: 14 }",
            ])
        let shop = try await EthereumShop(on: node, network, terms: "--service-fee", "1%")
        let cases = Fate.allCases.flatMap { fate in Self.sizes.map { (fate: fate, size: $0) } }
        func name(_ one: (fate: Fate, size: DepositSize)) -> String { "\(one.fate) \(one.size.amount)" }
        let addresses = cases.map { _ in EthereumShop.newAddress() }
        try await shop.invoices(
            zip(cases, addresses).map { .init(name: name($0), address: $1, amount: $0.size.amount) })
        let payers = try await node.accounts
        let wei = ["0.001": finney, "0.002": 2 * finney, "0.004": 4 * finney]
        try await shop.following { _ in
            try await shop.areRegistered()
            let first = try await node.mine(
                EthereumBlock(
                    cases.indices.map {
                        .new(.init(from: payers[$0], to: addresses[$0], value: wei[cases[$0].size.amount]!))
                    }))
            let payments = try #require(try await node.block(at: .init(first))["transactions"].array?.map(\.string!))
            if depth > 1 { try await node.mine(depth - 1) }
            // Not every block changes a status.
            try await shop.cursorReachesTip()
            let risen = cases.map { (name($0), $0.size.rise(to: depth, in: hash(first)).last?.status ?? "") }
            try await shop.deposits(become: Dictionary(uniqueKeysWithValues: risen))
            let ids = try await shop.ids

            func mined(_ fate: Fate) -> EthereumBlock {
                EthereumBlock(cases.indices.filter { cases[$0].fate == fate }.map { .known(payments[$0]) })
            }
            let empty = [EthereumBlock](repeating: [], count: depth - 1)
            try await node.reorganize(depth: depth, to: [mined(.samePlace), mined(.laterBlock)] + empty)
            try await shop.reads(14)

            let same = try #require(try await node.receipt(of: payments[0]))
            let later = try #require(try await node.receipt(of: payments[Self.sizes.count]))
            #expect(later.height == same.height + 1)
            for one in cases {
                let there =
                    one.size.rise(to: depth, in: hash(first)) + [one.size.fall(from: depth, in: hash(first))]
                let fate: [DepositTurn] =
                    switch one.fate {
                    case .samePlace: one.size.rise(to: 15, in: hash(same.block))
                    case .laterBlock: one.size.rise(to: 14, in: hash(later.block))
                    case .nowhere: []
                    }
                let turns = try await shop.turns(of: name(one))
                #expect(turns == there + fate, "\(name(one))")
                let swing = depth >= one.size.credit ? ["paid", "created"] : []
                let changes = try await shop.changes(of: name(one))
                #expect(changes == swing + (one.fate == .nowhere ? [] : ["paid"]), "\(name(one))")
            }
            #expect(try await shop.ids == ids)
        }
        // Twice 0.001 + 0.002 + 0.004.
        #expect(try await shop.balance == ["0.01386", "0.01386", "0.00014"])
        #expect(try await shop.oddReversals == "0")
        #expect(
            try await shop.database.rows(
                "SELECT payload ->> 'depth' FROM confirmd.outbox WHERE type = 'network.reorganized'") == [["\(depth)"]])
    }

    private func hash(_ text: String) -> String { String(text.dropFirst(2)) }

    @Test("Mined again among others, with its log moved in the block, it is the same deposit and credited once")
    func shiftedLogs() async throws {
        let node = try await EthereumNode()
        let accounts = try await node.accounts
        let token = try await node.deploy(.token, [.amount(1_000 * finney)])
        for account in accounts[1...2] { try await node.transfer(100 * finney, of: token, to: account) }
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "0.005", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payment = try await node.transfer(5 * finney, of: token, to: address, from: accounts[1])
            try await node.mine()
            try await shop.reaches("paid", "1")
            let place = "SELECT id, locator FROM confirmd.deposit"
            let before = try await shop.database.rows(place)

            let others = EthereumContract.Argument.addresses((0..<3).map { _ in EthereumShop.newAddress() })
            let batch = try token.call("batch(address[],uint256)", [others, .amount(finney)], from: accounts[2])
            try await node.reorganize(depth: 2, to: [[.new(batch), .known(payment.transaction)], [], []])
            let after = try #require(try await node.receipt(of: payment.transaction))
            #expect(payment.logs[0].index == 0 && after.logs[0].index == 3)
            try await shop.reads(1)
            #expect(try await shop.database.rows(place) == before)
            #expect(try await shop.turns(of: "1").last == DepositTurn(status: "final", block: hash(after.block)))
        }
        #expect(try await shop.payments == [["log:0", "TOKEN", "0.005", "final"]])
        #expect(
            try await shop.database.value("SELECT credited FROM confirmd.balance WHERE asset = 'TOKEN'") == "0.005")
        #expect(try await shop.oddReversals == "0")
    }

    @Test(
        "Re-executed on the other branch it may pay otherwise: then it is another deposit, and the first is taken back")
    func paidOtherwise() async throws {
        let node = try await EthereumNode()
        let payer = try await node.accounts[1]
        let token = try await node.deploy(.tether, [.amount(1_000_000_000)])
        try await node.transfer(100_000_000, of: token, to: payer)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TETHER": token]))
        let address = try await shop.invoice("1", of: "10", in: "TETHER")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payment = try await node.transfer(10_000_000, of: token, to: address, from: payer)
            try await node.mine()
            try await shop.reaches("paid", "1")
            // The token begins to take its fee before it.
            let fee = try token.call("setParams(uint256)", [.amount(100)])
            try await node.reorganize(depth: 2, to: [[.new(fee), .known(payment.transaction)], [], []])
            try await shop.reaches("partial", "1")
        }
        #expect(
            try await shop.database.rows("SELECT locator, gross, status FROM confirmd.deposit ORDER BY status") == [
                ["log:1", "9.9", "credited"], ["log:0", "10", "reversed"],
            ])
        #expect(
            try await shop.database.value("SELECT credited FROM confirmd.balance WHERE asset = 'TETHER'") == "9.9")
    }
}

extension EthereumShop {
    /// The ids of all deposits.
    fileprivate var ids: Set<String> {
        get async throws { Set(try await database.rows("SELECT id FROM confirmd.deposit").compactMap { $0[0] }) }
    }
}
