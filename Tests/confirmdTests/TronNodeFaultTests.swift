import Foundation
import TestSupport
import Testing

/// A TRON node that is late, wants fewer requests, or serves another chain.
@Suite("TRON nodes that misbehave", .inTurns)
struct TronNodeFaultTests {
    @Test("Infos that are late are waited for: a block is never read without them")
    func lateInfos() async throws {
        let node = try await TronDevnet()
        let shop = try await TronShop(on: node)
        let address = try await shop.invoice("1", of: "5")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let cursor = try await shop.tip
            try await node.delayInfos()
            try await node.pay("5", to: address)
            try await node.mine()
            let infos = "/wallet/gettransactioninfobyblocknum"
            let asked = try await node.requests(of: infos)
            try await eventually("they are asked for again and again") {
                try await node.requests(of: infos) >= asked + 3
            }
            #expect(
                try await shop.database.value("SELECT tip_hash FROM confirmd.network") == cursor,
                "a block was read without its infos")
            #expect(try await shop.payments == [])
            try await node.release()
            try await shop.reads(1)
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments == [["call", "TRX", "5", "credited"]])
    }

    @Test("Fewer infos than transactions are late too: no payment is left out")
    func fewerInfos() async throws {
        let node = try await TronDevnet()
        let shop = try await TronShop(on: node)
        let addresses = [try await shop.invoice("1", of: "5"), try await shop.invoice("2", of: "6", in: "USDT_TRC20")]
        try await shop.following { _ in
            for order in ["1", "2"] { try await shop.isRegistered(order) }
            try await node.delayInfos(kept: 1)
            try await node.pay("5", to: addresses[0])
            try await node.pay("6", in: "USDT", to: addresses[1])
            try await node.mine(2)
            let asked = try await node.requests()
            try await eventually("it is asked again") { try await node.requests() >= asked + 5 }
            #expect(try await shop.payments == [])
            try await node.release()
            try await shop.reads(1)
            for order in ["1", "2"] { try await shop.reaches("paid", order) }
        }
    }

    @Test("429 and 503 slow it down, 403 makes it wait for half a minute: none is an outage")
    func pacing() async throws {
        let node = try await TronDevnet()
        let shop = try await TronShop(on: node)
        let address = try await shop.invoice("1", of: "5")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await node.fail(.tooMany, times: 2)
            try await node.pay("5", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await node.fail(.unavailable, times: 2)
            try await shop.reads(1)
            try await node.fail(.forbidden, times: 1)
            try await eventually("it is left alone", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("node \(node.url): throttled")
            }
            #expect(!daemon.log.contains("failing"))
            // One was refused: whoever asks during a ban is banned for longer.
            let requests = try await node.requests()
            try await node.mine(2)
            try await eventually("it goes on", within: .seconds(60)) {
                try await shop.database.value("SELECT tip_hash FROM confirmd.network") == (try await shop.tip)
            }
            #expect(try await node.requests() - requests < 40)
        }
    }

    @Test("A day's requests that are used up make it slow, not blind, and status shows what is left")
    func budget() async throws {
        let node = try await TronDevnet()
        let network = NetworkFile.tron([node], nodeSettings: "requests_per_second: 2000, requests_per_day: 96000")
        // A hundredth of the day's to begin with, and about one a second from then on.
        let text = network.text.replacing("poll_interval: 200ms", with: "poll_interval: 5s")
        let shop = try await TronShop(on: node, NetworkFile(name: "tron", text: text))
        let address = try await shop.invoice("1", of: "5")
        try await shop.following { _ in try await shop.isRegistered("1") }
        // Each block needs a request of its own.
        for _ in 0..<960 {
            try await node.fill(1)
            try await node.mine()
        }
        try await node.pay("5", to: address)
        try await node.mine(2)
        let requests = try await node.requests()
        let start = ContinuousClock.now
        let daemon = try shop.installation.start()
        try await eventually("they are used up", within: .seconds(60)) {
            try await shop.installation.run("status").stdout
        } holds: {
            $0.contains("node \(node.url): throttled")
                && $0.contains(" requests in hand of 96,000 a day, 2,000 a second")
        }
        let metrics = try await daemon.get("/metrics").body
        #expect(metrics.contains("confirmd_node_requests_left{network=\"tron\",node=\"\(node.url)\"} "))
        let status = try await daemon.get("/status.json").body
        #expect(status.contains(#""budget":{"per_second":2000,"per_day":96000,"left":"#))
        let json = try await shop.installation.run("status", "--json").stdout
        #expect(json.contains(/"budget":\{"left":\d+,"per_day":96000,"per_second":2000\}/), "\(json)")
        try await eventually("it is paid", within: .seconds(180)) { try await shop.status(of: "1") == "paid" }
        #expect(!daemon.log.contains("failing"))
        try await shop.terminate(daemon)
        try await shop.proveBooks()
        let seconds = (.now - start) / .seconds(1)
        #expect(Double(try await node.requests() - requests) <= 961 + seconds * 96_000 / 86_400)
    }

    @Test("Where requests are counted a new invoice costs next to none: its payments are looked for ten minutes back")
    func registration() async throws {
        let node = try await TronDevnet(blocks: 4_000)
        let shop = try await TronShop(
            on: node, .tron([node], maxReorgDepth: 256, nodeSettings: "requests_per_day: 90000"))
        try await shop.following { _ in
            func asked() async throws -> Int {
                var sum = 0
                for call in ["getblock", "getblockbylimitnext", "gettransactioninfobyblocknum"] {
                    sum += try await node.requests(of: "/wallet/\(call)")
                }
                return sum
            }
            let before = try await asked()
            try await shop.invoice("1", of: "5")
            try await shop.isRegistered("1")
            let requests = try await asked() - before
            #expect(requests <= 20)
        }
    }

    @Test("Another chain is refused, at the start and behind the same address later")
    func wrongChain() async throws {
        let node = try await TronDevnet()
        let stranger = NetworkFile(
            name: "tron", text: NetworkFile.tron([node]).text.replacing("\"\(node.genesis)\"", with: "main"))
        let shop = try await TronShop(on: node, stranger)
        let daemon = try shop.installation.start()
        try await eventually("status says so", look: { try await shop.installation.run("status").stdout }) {
            $0.contains("node \(node.url): wrong_chain")
        }
        #expect(try await daemon.terminate() == .status(0))
        #expect(try await shop.database.value("SELECT tip_height FROM confirmd.network") == nil)

        let other = try await TronShop(on: node)
        let address = try await other.invoice("1", of: "5")
        try await other.following { _ in
            try await other.isRegistered("1")
            try await node.serveChain(ofSeed: 2)
            try await eventually("status says so", look: { try await other.installation.run("status").stdout }) {
                $0.contains("node \(node.url): wrong_chain")
            }
            try await node.release()
            try await node.pay("5", to: address)
            try await node.mine(2)
            try await other.reaches("paid", "1")
        }
        #expect(
            try await other.database.value("SELECT count(*) FROM confirmd.outbox WHERE type LIKE 'network.%'") == "0")
    }
}
