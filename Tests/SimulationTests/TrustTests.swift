import Payments
import Testing

@testable import Simulation

/// What nodes say, where it has to be borne out or agreed with, in worlds made for it.
struct TrustTests {
    @Test("A recent block that lies of a payment to a new key does not hold up its registration")
    func refutedScan() async throws {
        let isRegistered = await onItsOwnThread {
            let world = World(
                .small(every: .seconds(2), confirmations: 2, quorum: nil, nodes: 2), seed: 1, isTracing: false,
                fetchesMaximum: 24)
            world.start(0)
            world.perform(
                Happening(
                    at: .zero, kind: .lie(.inventedTrace, by: "alpha-0", lasting: .seconds(600)), seed: 1))
            world.mine(40, every: .seconds(2))
            world.loop.run(until: .seconds(40))
            world.create(0)
            world.loop.run(until: .seconds(80))
            defer { _ = world.shutDown() }
            return !world.database.hasUnregisteredOptions(of: "alpha")
        }
        #expect(isRegistered)
    }

    @Test("What is too little is rejected, where nodes have to agree, too")
    func tooLittle() async throws {
        let reasons = await onItsOwnThread {
            let world = World(
                .small(every: .seconds(2), confirmations: 2, minimumDeposit: 1_000), seed: 1, isTracing: false,
                fetchesMaximum: 24)
            world.start(0)
            world.create(0)
            world.loop.run(until: .seconds(20))
            let output = Happening.Payment.Output(owner: 0, option: 0, share: 1, isUnexpected: false)
            let payment = Happening.Payment(number: 1, network: 0, outputs: [output], way: .hidden)
            world.perform(Happening(at: .seconds(20), kind: .pay(payment), seed: 1))
            world.mine(30, every: .seconds(2))
            world.loop.run(until: .seconds(60))
            defer { _ = world.shutDown() }
            return world.database.deposits.values.map(\.deposit.reason)
        }
        #expect(reasons == ["below_minimum"])
    }
}
