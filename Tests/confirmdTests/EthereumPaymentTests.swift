import TestSupport
import Testing

/// Payments on a real chain of the EVM, read block by block and told in the outbox. One node serves them in turn; each has
/// a database, a daemon and addresses of its own.
@Suite(
    "Payments on Ethereum", .serialized, .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumPaymentTests {
    private struct Chain {
        let node: EthereumNode
        let contracts: [EthereumContract.Name: EthereumContract]

        init() async throws {
            node = try await EthereumNode()
            var contracts: [EthereumContract.Name: EthereumContract] = [:]
            for name in [EthereumContract.Name.token, .tether, .refusing, .unindexed] {
                contracts[name] = try await node.deploy(name, [.amount(1_000_000_000 * finney)])
            }
            for name in [EthereumContract.Name.forwarder, .poisoner] { contracts[name] = try await node.deploy(name) }
            self.contracts = contracts
        }

        func contract(_ name: EthereumContract.Name) throws -> EthereumContract { try #require(contracts[name]) }
    }

    private static let starting = Task { try await Chain() }
    private let chain: Chain
    private var node: EthereumNode { chain.node }

    init() async throws {
        chain = try await Self.starting.value
    }

    @Test("ETH pays an invoice; its story is told step by step")
    func native() async throws {
        let shop = try await EthereumShop(on: node)
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.send(5 * finney, to: address)
            try await shop.event("deposit.detected", of: "1")
            #expect(try await shop.status(of: "1") == "created")
            try await node.mine()
            try await shop.reaches("paid", "1")
            try await node.mine(2)
            try await shop.event("deposit.final", of: "1")
        }
        #expect(
            try await shop.story(of: "1") == [
                "invoice.registered", "deposit.detected", "deposit.credited", "invoice.status_changed", "deposit.final",
            ])
        #expect(try await shop.payments == [["call", "ETH", "0.005", "final"]])
        #expect(try await shop.balance == ["0.005", "0.005", "0"])
    }

    @Test(
        "Tokens pay: a plain one, one whose transfer returns nothing, one whose log has its fields in the data",
        arguments: [EthereumContract.Name.token, .tether, .unindexed])
    func token(_ name: EthereumContract.Name) async throws {
        let token = try chain.contract(name)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "2.000001", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.transfer(
                token.decimals == 6 ? 2_000_001 : 2_000_001 * finney / 1_000, of: token, to: address)
            try await shop.reads(1)
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments == [["log:0", "TOKEN", "2.000001", "credited"]])
    }

    @Test("Who pays himself gets nothing, in ETH or tokens; what another one pays him counts")
    func himself() async throws {
        let token = try chain.contract(.token)
        let holder = try await node.accounts[2]
        let shop = try await EthereumShop(
            on: node, .ethereum([node], tokens: ["TOKEN": token], nativeTransfers: "traces"))
        try await shop.invoice("1", options: ["ETH:\(holder):1", "TOKEN:\(holder):1"])
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let own = EthereumTransaction(from: holder, to: holder, value: 1_000 * finney)
            #expect(try await node.send(own).succeeded)
            try await shop.reads(3)
            #expect(try await shop.payments == [])
            try await node.transfer(3 * finney, of: token, to: holder)
            try await node.transfer(3 * finney, of: token, to: holder, from: holder)
            try await node.send(finney, to: holder)
            try await shop.reads(5)
            try await shop.reaches("partial", "1")
        }
        #expect(try await shop.payments == [["log:0", "TOKEN", "0.003", "final"], ["call", "ETH", "0.001", "final"]])
    }

    @Test("Pitfall 23: of a token that takes a fee from each transfer counts what arrived")
    func feeOnTransfer() async throws {
        let token = try await node.deploy(.tether, [.amount(1_000_000_000)])
        let payer = try await node.accounts[1]
        try await node.transfer(100_000_000, of: token, to: payer)
        try await node.send("setParams(uint256)", of: token, [.amount(100)])
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TETHER": token]))
        let address = try await shop.invoice("1", of: "10", in: "TETHER")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.transfer(10_000_000, of: token, to: address, from: payer)
            try await shop.reads(1)
            try await shop.reaches("partial", "1")
            // The fee has a log of its own, before it.
            #expect(try await shop.payments == [["log:1", "TETHER", "9.9", "credited"]])
            try await node.transfer(102_000, of: token, to: address, from: payer)
            try await shop.reads(1)
            try await shop.reaches("overpaid", "1")
        }
    }

    @Test("A transfer that moves nothing and says so by what it returns pays nothing")
    func refusing() async throws {
        let token = try chain.contract(.refusing)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "1", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            #expect(try await node.transfer(1_000 * finney, of: token, to: address).succeeded)
            try await shop.reads(2)
        }
        #expect(try await shop.payments == [])
        #expect(try await shop.status(of: "1") == "created")
    }

    @Test("Pitfall 23: a failed transaction pays nothing, whatever its value; explain says that it failed")
    func failed() async throws {
        // The address is a contract, so that a payment to it can fail.
        let forwarder = try await node.deploy(.forwarder)
        let shop = try await EthereumShop(on: node)
        try await shop.invoice("1", of: "0.005", at: forwarder.address)
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let failed = try await node.send(
                "swallow(address)", of: forwarder, [.address(EthereumShop.newAddress())], value: 5 * finney)
            #expect(!failed.succeeded)
            try await shop.reads(2)
            #expect(try await shop.payments == [])
            let finding = try #require(try await shop.explain(failed.transaction).first)
            #expect(finding.what == "failed" && finding.why.contains("moved nothing but its fee"))
            try await node.send(5 * finney, to: forwarder.address)
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
    }

    @Test("Pitfall 10: two transfers of one transaction are two deposits, each with its own log")
    func twoTransfers() async throws {
        let token = try chain.contract(.token)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "0.01", in: "TOKEN")
        let other = try await shop.invoice("2", of: "0.005", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await shop.isRegistered("2")
            try await node.send(
                "batch(address[],uint256)", of: token, [.addresses([address, other, address]), .amount(5 * finney)])
            try await node.mine()
            try await shop.reaches("paid", "1")
            try await shop.reaches("paid", "2")
        }
        #expect(try await shop.payments == [0, 1, 2].map { ["log:\($0)", "TOKEN", "0.005", "credited"] })
    }

    @Test("Part of an invoice is paid in ETH, the remainder in the token that it takes as well")
    func mixedOptions() async throws {
        let token = try chain.contract(.tether)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TETHER": token]))
        let address = EthereumShop.newAddress()
        try await shop.invoice("1", options: ["ETH:\(address):0.005", "TETHER:\(address):10"])
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.send(2 * finney, to: address)
            try await node.mine()
            try await shop.reaches("partial", "1")
            try await node.transfer(6_000_000, of: token, to: address)
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
        #expect(
            try await shop.payments == [
                ["call", "ETH", "0.002", "final"], ["log:0", "TETHER", "6", "credited"],
            ])
    }

    @Test("Only listed contracts are tokens: another one with the same name is nothing, and explain says why")
    func unlisted() async throws {
        let listed = try chain.contract(.token)
        let namesake = try await node.deploy(.token, [.amount(1_000 * finney)])
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": listed]))
        let address = try await shop.invoice("1", of: "0.005", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payment = try await node.transfer(5 * finney, of: namesake, to: address)
            try await shop.reads(2)
            #expect(try await shop.payments == [])
            let findings = try await shop.explain(payment.transaction)
            #expect(findings.map(\.what) == ["in_block", "asset_unlisted"])
            #expect(findings[1].about.hasPrefix("log:0, 5000000000000000 units of "))
        }
        #expect(try await shop.status(of: "1") == "created")
    }

    @Test("A listed token that nobody asked for at an address is recorded, and rejected")
    func unexpected() async throws {
        let token = try chain.contract(.token)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payment = try await node.transfer(5 * finney, of: token, to: address)
            try await node.mine()
            try await shop.event("deposit.rejected", of: "1")
            let finding = try #require(try await shop.explain(payment.transaction).first { $0.what == "rejected" })
            #expect(finding.reason == "unexpected_asset")
        }
        #expect(
            try await shop.database.rows("SELECT status, reason FROM confirmd.deposit") == [
                ["rejected", "unexpected_asset"]
            ])
        #expect(try await shop.status(of: "1") == "created")
    }

    @Test("Pitfall 23: transfers of nothing, and another contract's logs, are nothing")
    func poisoning() async throws {
        let token = try chain.contract(.token)
        let poisoner = try chain.contract(.poisoner)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "0.005", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let victim = try await node.accounts[0]
            let poison = try await node.send(
                "poison(address,address,address[])", of: poisoner,
                [.address(token.address), .address(victim), .addresses([address, address])])
            #expect(poison.succeeded && poison.logs.count == 2)
            let forged = try await node.send(
                "forge(address,address,uint256)", of: poisoner,
                [.address(victim), .address(address), .amount(5 * finney)])
            #expect(forged.succeeded && forged.logs.count == 1)
            try await shop.reads(2)
        }
        #expect(try await shop.payments == [])
        #expect(try await shop.status(of: "1") == "created")
    }
}
