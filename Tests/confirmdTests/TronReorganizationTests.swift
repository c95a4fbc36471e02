import TestSupport
import Testing

/// TRON's micro-forks: the last one to three blocks are replaced before they are solidified.
@Suite("Micro-forks of TRON", .inTurns)
struct TronReorganizationTests {
    /// 19 confirmations are the solidified block.
    private static let sizes = [
        DepositSize(amount: "1", credit: 1, final: 19), DepositSize(amount: "2", credit: 3, final: 19),
        DepositSize(amount: "4", credit: 19, final: 19),
    ]
    private static let tiers = [
        "{ asset: TRX, from: \"2\", credit: 3, final: solidified }",
        "{ asset: TRX, from: \"4\", credit: solidified, final: solidified }",
        "{ asset: USDT_TRC20, from: \"2\", credit: 3, final: solidified }",
        "{ asset: USDT_TRC20, from: \"4\", credit: solidified, final: solidified }",
    ]

    @Test(
        "Pitfalls 1, 14 and 20: in the same place again, in a later block, in no block; before and after credit",
        arguments: 1...3, ["TRX", "USDT_TRC20"])
    func disconnected(depth: Int, asset: String) async throws {
        let node = try await TronDevnet()
        let shop = try await TronShop(on: node, .tron([node], credit: "1", tiers: Self.tiers))
        func name(_ fate: TronDevnet.Fate, _ size: DepositSize) -> String { "\(fate) \(size.amount)" }
        var addresses: [String: String] = [:]
        for fate in TronDevnet.Fate.allCases {
            for size in Self.sizes {
                addresses[name(fate, size)] = try await shop.invoice(name(fate, size), of: size.amount, in: asset)
            }
        }
        try await shop.following { _ in
            try await shop.areRegistered()
            var expected: [String: [DepositTurn]] = [:]
            for fate in TronDevnet.Fate.allCases {
                for size in Self.sizes {
                    try await node.pay(
                        size.amount, in: asset == "TRX" ? asset : "USDT", to: addresses[name(fate, size)]!)
                }
                let first = try await node.mine()
                if depth > 1 { try await shop.reads(depth - 1) } else { try await shop.cursorReachesTip() }
                for size in Self.sizes {
                    let status = size.rise(to: depth, in: first).last?.status ?? ""
                    try await eventually("\(name(fate, size)) is \(status)") {
                        try await shop.depositStatuses[name(fate, size)] == status
                    }
                }
                let tip = try await node.fork(depth: depth, payments: fate)
                let home = fate == .last ? tip : try await node.id(at: try await node.height - depth)
                try await shop.reads(19)
                for size in Self.sizes {
                    let there = size.rise(to: depth, in: first) + [size.fall(from: depth, in: first)]
                    expected[name(fate, size)] = there + (fate == .none ? [] : size.rise(to: 19, in: home))
                }
            }
            try await eventually("the last ones are final") {
                try await shop.depositStatuses.values.count { $0 == "final" } == 6
            }
            for fate in TronDevnet.Fate.allCases {
                for size in Self.sizes {
                    let turns = try await shop.turns(of: name(fate, size))
                    #expect(turns == expected[name(fate, size)], "\(name(fate, size))")
                    let swing = depth >= size.credit ? ["paid", "created"] : []
                    let changes = try await shop.changes(of: name(fate, size))
                    #expect(changes == swing + (fate == .none ? [] : ["paid"]), "\(name(fate, size))")
                }
            }
        }
        // Twice 1 + 2 + 4.
        #expect(try await shop.balance == ["14", "14", "0"])
        #expect(try await shop.oddReversals == "0")
        #expect(
            try await shop.database.rows(
                "SELECT payload ->> 'depth' FROM confirmd.outbox WHERE type = 'network.reorganized'")
                == Array(repeating: ["\(depth)"], count: 3))
    }

    @Test("A branch that is no longer than ours is followed once our block is no longer the node's")
    func sameLength() async throws {
        let node = try await TronDevnet()
        let shop = try await TronShop(on: node)
        let address = try await shop.invoice("1", of: "5")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.pay("5", to: address)
            try await shop.reads(2)
            try await shop.reaches("paid", "1")
            try await node.fork(depth: 2, length: 2, payments: .none)
            try await shop.cursorReachesTip()
            try await shop.reaches("created", "1")
        }
        #expect(try await shop.payments == [["call", "TRX", "5", "reversed"]])
    }
}
