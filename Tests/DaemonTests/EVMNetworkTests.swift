import Foundation
import TestSupport
import Testing

@testable import Daemon

/// The files of the EVM family that come with the package.
@Suite struct EVMNetworkTests {
    private static let names = ["arbitrum", "avalanche", "base", "bsc", "ethereum", "gnosis", "optimism", "polygon"]

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: Package.file("config/networks.d/\(name).yaml"), encoding: .utf8)
    }

    @Test func `the files as they ship are read, side by side`() throws {
        var networks: [String: String] = [:]
        for name in Self.names { networks["\(name).yaml"] = try Self.text(name) }
        let folder = try ConfigurationFolder(networks: networks)
        let problems = folder.problems
        #expect(problems == [])
        let read = try folder.read().networks.map { $0.network }
        #expect(read == Self.names)
    }
}
