import Foundation
import Payments
import Store
import Testing

@testable import Simulation

/// Networks on which one address means the same, in a world made for it.
struct SiblingTests {
    @Test(
        "What came on another network and was taken back there holds no expiry back, also once that network is retired",
        arguments: [false, true])
    func takenBack(isRetired: Bool) async throws {
        let (statuses, invoice) = await onItsOwnThread {
            let world = World(.siblings, seed: 1, isTracing: false, fetchesMaximum: 24)
            world.start(0)
            world.create(0)
            for number in [0, 1] { world.mine(160, every: .seconds(2), on: number) }
            world.loop.run(until: .seconds(10))
            let output = Happening.Payment.Output(owner: 0, option: 0, share: 10_000, isUnexpected: true)
            let payment = Happening.Payment(number: 1, network: 1, outputs: [output], way: .hidden)
            world.perform(Happening(at: world.loop.now, kind: .pay(payment), seed: 1))
            world.loop.run(until: .seconds(20))
            var statuses = world.database.deposits.values.map(\.deposit.status)
            world.perform(Happening(at: world.loop.now, kind: .evict(payment: 1, mayReturn: false), seed: 1))
            world.perform(Happening(at: world.loop.now, kind: .fork(network: 1, depth: 10, length: 12), seed: 1))
            world.loop.run(until: .seconds(30))
            statuses += world.database.deposits.values.map(\.deposit.status)
            if isRetired { world.database.networks["beta"]?.state = .retired }
            world.loop.run(until: .seconds(120))
            defer { _ = world.shutDown() }
            return (statuses, world.database.owners.values.compactMap(\.invoice).first)
        }
        #expect(statuses == [.rejected, .orphaned])
        #expect(invoice?.isExpired == true && invoice?.status == .canceled)
    }
}

extension Plan {
    /// Two networks of accounts that share their addresses, and an invoice that is asked for on the first.
    fileprivate static var siblings: Plan {
        let alpha = small(every: .seconds(2), confirmations: 2, quorum: nil)
        let beta = small(every: .seconds(2), confirmations: 40, quorum: nil, named: "beta")
        let option = alpha.owners[0].options[0]
        let invoice = Owner(
            id: alpha.owners[0].id, isInvoice: true, project: "shop", reference: "one",
            options: [
                Option(
                    network: 0, asset: option.asset, key: option.key, address: option.address, amount: amount(100_000))
            ], later: nil, expiresIn: .seconds(60))
        return Plan(
            networks: [alpha.networks[0].sharing, beta.networks[0].sharing], projects: alpha.projects,
            owners: [invoice],
            daemons: 1, end: alpha.end)
    }
}

extension Plan.Network {
    /// The same in one address space with every other such.
    fileprivate var sharing: Plan.Network {
        var network = self
        network.publications = publications.map { $0.replacing(addressSpace: "accounts") }
        return network
    }
}
