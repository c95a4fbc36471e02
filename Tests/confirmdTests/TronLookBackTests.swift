import TestSupport
import Testing

/// How far back blocks are looked at for a new address.
@Suite("TRON's look-back", .inTurns)
struct TronLookBackTests {
    private func lookBack(_ settings: String) async throws -> (text: String, json: String) {
        let node = try await TronDevnet()
        let shop = try await TronShop(on: node, .tron([node], nodeSettings: settings))
        var shown = ("", "")
        try await shop.following { daemon in
            shown = (
                try await shop.installation.succeed("status"), try await daemon.get("/status.json").body
            )
        }
        return shown
    }

    @Test("It is three hours where the budget allows")
    func long() async throws {
        for settings in ["", "requests_per_second: 15"] {
            let (text, json) = try await lookBack(settings)
            #expect(json.contains(#""look_back":{"seconds":10800,"wanted_seconds":10800}"#), "\(json)")
            #expect(!text.contains("for a new address"), "\(text)")
        }
    }

    @Test("It is shorter where it does not, and status says so")
    func short() async throws {
        let (text, json) = try await lookBack("requests_per_day: 100000")
        #expect(json.contains(#""look_back":{"seconds":882,"wanted_seconds":10800}"#), "\(json)")
        #expect(
            text.contains(
                "for a new address blocks of the last 14 minutes are looked at, and not of 180: the nodes' requests allow no more"
            ), "\(text)")
    }
}
