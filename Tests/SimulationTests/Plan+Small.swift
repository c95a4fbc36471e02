import Foundation
import Payments
import Store

@testable import Simulation

extension Plan {
    /// One network with accounts whose blocks come as evenly as this, and one wallet on it.
    static func small(
        every interval: Duration, confirmations: Int32, minimumDeposit: UInt64 = 0, quorum: Int? = 2, nodes: Int = 3,
        named name: String = "alpha"
    ) -> Plan {
        let asset = Asset(
            code: name.uppercased(), contract: nil, decimals: 8, minimumDeposit: amount(minimumDeposit),
            transferFee: .zero)
        let publication = Publication(
            family: "model", chain: name, maximumBlockGap: .seconds(60), arrivalGrace: .zero,
            thresholds: Thresholds(credit: confirmations, final: 2 * confirmations),
            quorum: quorum.map { Quorum(nodes: $0) }, assets: [asset])
        let network = Network(
            name: name, publications: [publication], nodes: nodes,
            hasLongPoll: Array(repeating: false, count: nodes), maxReorgDepth: 300, startHeight: nil,
            pollInterval: max(interval / 6, .milliseconds(250)), interval: interval, history: 60, mempool: nil,
            minedPercent: 90, style: .accounts, latency: .milliseconds(20) ... .milliseconds(150))
        let wallet = Owner(
            id: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)), isInvoice: false, project: "shop",
            reference: "one",
            options: [Option(network: 0, asset: asset, key: 1_000, address: "model-1000", amount: nil)], later: nil,
            expiresIn: .zero)
        return Plan(
            networks: [network], projects: ["shop": ProjectTerms()], owners: [wallet], daemons: 1, end: .seconds(620))
    }
}

extension World {
    /// The owner at this place is made now.
    func create(_ owner: Int) { perform(Happening(at: loop.now, kind: .create(owner: owner, delay: .zero), seed: 1)) }

    /// Mines a block at this pace for so long.
    func mine(_ seconds: Int, every interval: Duration, on network: Int = 0) {
        for block in 0..<Int(Duration.seconds(seconds) / interval) {
            loop.after(interval * block) { [self] in
                perform(Happening(at: loop.now, kind: .mine(network: network), seed: UInt64(block)))
            }
        }
    }
}
