import Chain
import Foundation
import TestSupport
import Testing

@testable import NodeHTTP

@Suite struct HostLookupTests {
    @Test(arguments: [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "::1", "::", "[::1]", "::ffff:127.0.0.1", "localhost", "LocalHost",
        "node.localhost",
    ])
    func leadsToThisHost(_ host: String) {
        #expect(HostLookup.offline.addresses(of: host) == [.thisHost])
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"), ("128.0.0.1", "128.0.0.1"), ("::2", "::2"),
    ])
    func anAddressHasOneSpelling(_ host: String, _ address: String) {
        #expect(HostLookup.offline.addresses(of: host).map(\.text) == [address])
    }

    @Test func namesAreLookedUpWhereThatIsAllowed() {
        let name = ProcessInfo.processInfo.hostName
        #expect(HostLookup.offline.addresses(of: name).isEmpty)
        #expect(HostLookup(within: .seconds(30)).addresses(of: name).contains(.thisHost))
        // RFC 6761, 6.4: it never exists.
        #expect(HostLookup(within: .seconds(30)).addresses(of: "node.invalid").isEmpty)
    }

    @Test func aNodeIsWhereItsLastAnswerCameFrom() async throws {
        try await withLoopback(path: "/base//") { connection in
            while connection.request() != nil { connection.answer(200, [], "") }
        } test: { client, endpoint, _ in
            let port = try #require(endpoint.origin.split(separator: ":").last.map(String.init))
            let named = try NodeEndpoint(url: "http://localhost:\(port)/base")
            #expect(named.place == NodePlace(host: "localhost", port: port, path: "/base"))
            _ = try await client.send(.get(), to: named)
            #expect(named.place == NodePlace(host: "this host", port: port, path: "/base"))
            _ = try await client.send(.get(), to: endpoint)
            #expect(endpoint.place == named.place)
            #expect(endpoint.places(.offline) == [named.place])
        }
    }
}
