import Chain
import EVM
import Foundation
import TestSupport
import Testing

/// The networks' files that come with the package, as far as the adapter has a say in them.
@Suite struct ShippedNetworkTests {
    private static let files = ["ethereum", "bsc", "polygon", "arbitrum", "optimism", "base", "avalanche", "gnosis"]

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: Package.file("config/networks.d/\(name).yaml"), encoding: .utf8)
    }

    @Test(arguments: files)
    func `the chain is known by name, and its blocks are proved by their roots`(name: String) throws {
        let text = try text(name)
        let id = try #require(text.firstMatch(of: /\nchain_id: ([0-9]+)\n/).flatMap { UInt64($0.1) })
        let chain = EVMChain(id: id)
        #expect(chain.isMain)
        #expect(chain.genesis != nil)
        let verification = text.firstMatch(of: /\nverification: (.+)\n/).map { String($0.1) }
        #expect(verification ?? "roots" == "roots")
        let poll = try #require(text.firstMatch(of: /\npoll_interval: ([0-9]+)(ms|s)\n/))
        let interval = Duration.milliseconds((Int(poll.1) ?? 0) * (poll.2 == "s" ? 1_000 : 1))
        #expect(interval <= max(chain.blockTime, .milliseconds(500)))
    }

    /// Whoever copies a wrong digit out of a file pays to nobody.
    @Test(arguments: files)
    func `every contract's address has the checksum of EIP-55`(name: String) throws {
        let contracts = try text(name).matches(of: /0x[0-9a-fA-F]{40}/).map { String($0.output) }
        for contract in contracts {
            let addresses = EVMAddress()
            #expect(addresses.address(of: try addresses.watchKey(of: contract)) == contract)
        }
        #expect(name == "gnosis" || contracts.count >= 2)
    }
}
